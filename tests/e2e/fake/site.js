// A stand-in for the site generator, for trying the dialog without the binary: the fixture's notes as bare pages around the
// theme's real search modules, with the stand-in worker in the engine's place.

import { cp, mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const slug = (text) => text.normalize("NFC").toLowerCase().trim().replace(/\s+/g, "-");
const escape = (text) => text.replace(/[&<>"]/g, (found) => `&#${found.charCodeAt(0)};`);

/**
 * @param {string} content folder of notes
 * @param {string} assets  the theme's assets
 * @param {string} out     folder to publish into
 * @param {string} [base]  sub-path
 * @param {string} [language] of the pages
 */
export async function buildStandIn(content, assets, out, base = "/", language = "ko") {
  await cp(assets, join(out, "assets"), { recursive: true });
  const worker = await readFile(join(here, "worker.js"), "utf8");
  const pages = await readNotes(content);
  const sections = pages.flatMap(({ url, title, sections }) => sections.map((section) => ({ url, title, ...section })));
  await writeFile(join(out, "assets", "search-worker.js"), worker.replace("/* SECTIONS */ []", JSON.stringify(sections)));
  for (const { url, title, sections } of pages) {
    const body = sections
      .map(({ anchor, heading, text }) => `<h2 id="${escape(anchor)}">${escape(heading.at(-1))}</h2><p>${escape(text)}</p><p class="tall"></p>`)
      .join("\n");
    await publish(out, url, pageOf(base, language, title, body));
  }
  const list = pages.map(({ url, title }) => `<li><a href="${base}${encodeURI(url.slice(1))}">${title}</a></li>`).join("");
  await publish(out, "/", pageOf(base, language, "첫 쪽", `<ul>${list}</ul>`));
  await writeFile(join(out, "404.html"), pageOf(base, language, "없는 쪽", ""));
  await writeFile(join(out, "assets", "page.css"), ".tall { block-size: 40rem }");
}

async function publish(out, url, html) {
  const file = join(out, url, "index.html");
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, html);
}

function pageOf(base, language, title, body) {
  return `<!doctype html><html lang="${language}"><meta charset="utf-8"><title>${title}</title>
<meta name="viewport" content="width=device-width">
<link rel="icon" href="data:,"><link rel="stylesheet" href="${base}assets/search.css"><link rel="stylesheet" href="${base}assets/page.css">
<script type="module" src="${base}assets/search.js"></script>
<header><button type="button" data-search-open>검색</button></header><main><h1>${title}</h1>${body}</main></html>`;
}

async function readNotes(content) {
  const files = (await readdir(content, { recursive: true })).filter((name) => name.endsWith(".md")).sort();
  return Promise.all(
    files.map(async (file) => {
      const text = (await readFile(join(content, file), "utf8")).replace(/^---\n(.*?)\n---\n/s, (_, matter) => `# ${/^title: (.*)$/m.exec(matter)[1]}\n`);
      const url = `/${relative(content, join(content, file)).replace(/\.md$/, "").split("/").map(slug).join("/")}/`;
      const [opening, ...rest] = text.split(/^##+ /m);
      const [title, ...lead] = opening.replace(/^# /, "").split("\n");
      const sections = rest.map((section) => {
        const [heading, ...lines] = section.split("\n");
        return { anchor: slug(heading), heading: [heading], text: lines.join(" ").trim() };
      });
      return { url, title, sections: [{ anchor: "", heading: [title], text: lead.join(" ").trim() }, ...sections] };
    }),
  );
}
