// The site that every engine searches: built once by `notes`, its pages read back with their notes and text.

import { execFile } from "node:child_process";
import { cp, mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

/** An address that no note has, in whose place each page names its note. */
const EDIT = "https://edit.invalid/";

/**
 * @typedef {object} Page
 * @property {string} url    decoded, from the site's root
 * @property {string} note   what it was made of
 * @property {string} html
 * @property {string} title
 * @property {string} text   of the note's body
 */

/**
 * @typedef {object} Site
 * @property {string} binary
 * @property {string} root
 * @property {string} out
 * @property {Page[]} pages those that notes made: no lists, no tags
 */

/**
 * @param {string} binary
 * @param {string} notes
 * @param {string} root
 * @returns {Promise<Site>}
 */
export async function build(binary, notes, root) {
  await mkdir(root, { recursive: true });
  await cp(notes, join(root, "content"), { recursive: true });
  await writeFile(join(root, "notes.toml"), `title = "peers"\nedit_url = "${EDIT}{path}"\n`);
  await run(binary, ["build", "--quiet", "--root", root], { maxBuffer: 1 << 28 });
  const out = join(root, "public");
  const names = (await readdir(out, { recursive: true })).filter((name) => name.endsWith(".html")).sort();
  const pages = [];
  for (const name of names) {
    const page = read(name, await readFile(join(out, name), "utf8"));
    if (page) pages.push(page);
  }
  return { binary, root, out, pages };
}

/**
 * @param {string} name
 * @param {string} html
 * @returns {Page | undefined}
 */
function read(name, html) {
  const note = html.split(`"${EDIT}`)[1]?.split('"')[0];
  const article = html.split("<article")[1]?.split("</article>")[0];
  if (note === undefined || article === undefined) return undefined;
  const [head, ...body] = article.split('<div class="body">');
  return {
    url: `/${name.replace(/(^|\/)index\.html$/, "$1")}`,
    note: decodeURIComponent(unescaped(note)),
    html,
    title: textOf(head.match(/<h1[^>]*>(.*?)<\/h1>/s)?.[1] ?? ""),
    text: textOf(body.join("").replaceAll(/<a class="anchor".*?<\/a>/gs, " ")),
  };
}

const ENTITIES = { "&lt;": "<", "&gt;": ">", "&quot;": '"', "&#39;": "'", "&amp;": "&" };

/** @param {string} html */
const unescaped = (html) => html.replaceAll(/&(?:lt|gt|quot|#39|amp);/g, (entity) => ENTITIES[entity]);

/** @param {string} html */
const textOf = (html) => unescaped(html.replaceAll(/<[^>]*>/g, (tag) => (BLOCK.test(tag) ? " " : ""))).replaceAll(/\s+/g, " ").trim();

/** Tags that part words. */
const BLOCK = /^<\/?(?:p|h[1-6]|li|ul|ol|dl|dt|dd|t[dhr]|table|pre|div|br|hr|figure|figcaption|blockquote|details|summary|section|aside)\b/;
