// The engines: what each publishes for a site, and how a browser searches with it.

import { createRequire } from "node:module";
import { execFile } from "node:child_process";
import { mkdir, readdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { gzipSync } from "node:zlib";

import MiniSearch from "minisearch";
import * as pagefind from "pagefind";

import { MINISEARCH } from "../browser/options.js";
import { here } from "./sets.js";

const run = promisify(execFile);
const require = createRequire(import.meta.url);

const lunr = require("lunr");
require("lunr-languages/lunr.stemmer.support")(lunr);
require("lunr-languages/lunr.ko")(lunr);

/** Hits that are shown, and judged. */
const LIMIT = 10;
/** Milliseconds an index may take to make. */
const MAKING = 20 * 60_000;

/**
 * @typedef {object} Engine
 * @property {string} name
 * @property {boolean} whole whether a reader fetches the whole index
 * @property {(site: import("./site.js").Site, folder: string) => Promise<number>} publish
 *   makes the index, in `folder` if it is not the site's own; returns its bytes as published
 * @property {import("./browser.js").Driver} driver
 * @property {(site: import("./site.js").Site, queries: import("./sets.js").Query[]) => Promise<string[][]>} [ask]
 *   addresses of the hits of each query, where the browser need not be asked
 */

/** What a package's own file says. */
const version = async (name) => JSON.parse(await readFile(join(here, "node_modules", name, "package.json"), "utf8")).version;

/** @param {string} binary */
export async function versions(binary) {
  const { stdout } = await run(binary, ["--version"]);
  const names = ["pagefind", "minisearch", "lunr", "lunr-languages"];
  const packages = await Promise.all(names.map(async (name) => `${name} ${await version(name)}`));
  return [stdout.trim(), ...packages];
}

/** @type {Engine} */
const notes = {
  name: "notes",
  whole: false,
  publish: (site) => bytesOf(join(site.out, "search")),
  driver: {
    path: "",
    opener: "[data-search-open]",
    field: "dialog.search input",
    // The dialog has shown an answer when its own listener returns.
    prepare: () => {
      window.Worker = class extends Worker {
        addEventListener(type, listener) {
          super.addEventListener(type, (event) => {
            listener(event);
            if (type === "message" && event.data.done !== false) window.answered?.();
          });
        }
      };
    },
  },
  async ask(site, queries) {
    const file = join(site.root, "queries.jsonl");
    await writeFile(file, queries.map(({ query }) => `${JSON.stringify({ query })}\n`).join(""));
    const asked = ["--root", site.root, "--site", site.out, "--queries", file, "--limit", String(LIMIT)];
    const { stdout } = await run(site.binary, ["search", "--json", ...asked], { maxBuffer: 1 << 30 });
    const answers = stdout.trim().split("\n").map((line) => JSON.parse(line));
    return answers.map(({ hits }) => hits.map((hit) => hit.url));
  },
};

/** A page of `browser/` that searches with its module of this name. */
const pageOf = (name) => ({ path: `peer/?engine=${name}`, field: "input" });

/** Makes Pagefind's index of pages, and writes it. */
async function addPages(index, pages, outputPath) {
  const errors = [];
  for (const { url, html } of pages) errors.push(...(await index.addHTMLFile({ url, content: html })).errors);
  errors.push(...(await index.writeFiles({ outputPath })).errors);
  if (errors.length > 0) throw new Error(errors.join("; "));
}

/** @type {Engine} */
const pagefindEngine = {
  name: "Pagefind",
  whole: false,
  async publish(site, folder) {
    const settings = { rootSelector: "article", excludeSelectors: ["a.anchor", ".meta"], forceLanguage: "ko" };
    const { index } = await pagefind.createIndex(settings);
    try {
      await inTime(MAKING, addPages(index, site.pages, join(folder, "pagefind")));
    } finally {
      await pagefind.close();
    }
    // Its ready-made interfaces are not part of the index.
    return bytesOf(join(folder, "pagefind"), (name) => !/^pagefind-(?:ui|modular-ui|component-ui|highlight)\./.test(name));
  },
  driver: pageOf("pagefind"),
};

/** @type {Engine} */
const minisearch = {
  name: "MiniSearch",
  whole: true,
  publish(site, folder) {
    const index = new MiniSearch(MINISEARCH);
    index.addAll(site.pages.map(({ url, title, text }) => ({ url, title, text })));
    return writeIndex(folder, index);
  },
  driver: pageOf("minisearch"),
};

/** @type {Engine} */
const lunrEngine = {
  name: "lunr",
  whole: true,
  publish(site, folder) {
    const index = lunr(function () {
      this.use(lunr.ko);
      this.ref("url");
      this.field("title", { boost: 2 });
      this.field("text");
      for (const { url, title, text } of site.pages) this.add({ url, title, text });
    });
    const titles = Object.fromEntries(site.pages.map(({ url, title }) => [url, title]));
    return writeIndex(folder, { index, titles });
  },
  driver: pageOf("lunr"),
};

export const ENGINES = [notes, pagefindEngine, minisearch, lunrEngine];

/** Writes an index that is one file; returns its bytes as a host sends it. */
async function writeIndex(folder, index) {
  const json = JSON.stringify(index);
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, "index.json"), json);
  return gzipSync(json, { level: 9 }).length;
}

/** Bytes of the files of a folder that `counts` takes, text as a host sends it. */
async function bytesOf(folder, counts = () => true) {
  let sum = 0;
  for (const name of await readdir(folder, { recursive: true })) {
    const file = join(folder, name);
    if (!(await stat(file)).isFile() || !counts(name)) continue;
    const bytes = await readFile(file);
    sum += /\.(?:js|json)$/.test(name) ? gzipSync(bytes, { level: 9 }).length : bytes.length;
  }
  return sum;
}

/** What `making` gives, unless it takes too long. */
function inTime(milliseconds, making) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no index after ${milliseconds / 60_000} minutes`)), milliseconds);
  });
  return Promise.race([making, late]).finally(() => clearTimeout(timer));
}
