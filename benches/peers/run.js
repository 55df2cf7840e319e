// Search beside others: `node run.js [SET…] [--notes BIN] [--typed N] [--judged N]`.
//
// 1. builds the site of each set once, and each engine's index of the same pages;
// 2. asks every engine the set's queries, judged by page;
// 3. types some of them key by key in headless Chromium, counting bytes from an empty cache, then again for times;
// 4. prints one Markdown table.

import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { cpus, tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";

import { arrive, launch, type } from "./lib/browser.js";
import { ENGINES, versions } from "./lib/engines.js";
import { quality, row, table } from "./lib/measures.js";
import { serve } from "./lib/server.js";
import { choose, here, queriesOf, sample } from "./lib/sets.js";
import { build } from "./lib/site.js";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    notes: { type: "string", default: join(here, "..", "..", "target", "release", "notes") },
    typed: { type: "string", default: "20" },
    judged: { type: "string", default: "300" },
  },
});

/** Notes that an engine's hits lie in, for each query of the set. */
async function answers(engine, site, queries, reader) {
  const notes = new Map(site.pages.map(({ url, note }) => [url, note]));
  const found = engine.ask ? await engine.ask(site, queries) : await askReader(reader, queries);
  return found.map((urls) => [...new Set(urls.map((url) => notes.get(url) ?? url))]);
}

/** The addresses that a page of `browser/` finds. */
async function askReader({ browser, server, driver }, queries) {
  const { page, leave } = await arrive(browser, server, driver);
  const found = [];
  for (const { query } of queries) {
    found.push(await page.evaluate(async (query) => (await window.search(query)).map((hit) => hit.url), query));
  }
  await leave();
  return found;
}

/** One engine on one set: its row. */
async function measure(browser, engine, site, set, queries) {
  const folder = join(site.root, engine.name);
  const bytes = await engine.publish(site, folder);
  const server = await serve({
    "/": site.out,
    "/peer/": join(here, "browser"),
    "/modules/": join(here, "node_modules"),
    "/index/": folder,
  });
  try {
    const judged = quality(await answers(engine, site, queries, { browser, server, driver: engine.driver }), queries);
    const typed = [];
    for (const { query } of sample(queries, Number(values.typed))) {
      typed.push(await type(browser, server, engine.driver, query));
    }
    const counted = { name: set.name, pages: site.pages.length, queries: queries.length };
    return row(counted, engine.name, judged, bytes, typed);
  } finally {
    await server.close();
  }
}

/** Every engine on one set. */
async function measureSet(browser, binary, set) {
  const root = await mkdtemp(join(tmpdir(), "notes-peers-"));
  try {
    const site = await build(binary, set.notes, root);
    const queries = sample(await queriesOf(set), Number(values.judged));
    const rows = [];
    for (const engine of ENGINES) {
      if (set.large && engine.whole) {
        console.error(`${set.name}: ${engine.name} skipped: a reader would fetch the index of ${site.pages.length} pages whole`);
        continue;
      }
      console.error(`${set.name}: ${engine.name}`);
      try {
        rows.push(await measure(browser, engine, site, set, queries));
      } catch (error) {
        console.error(`${set.name}: ${engine.name} is missing from the table: ${error.message}`);
        process.exitCode = 1;
      }
    }
    return rows;
  } finally {
    await rm(root, { recursive: true, force: true });
  }
}

const binary = resolve(values.notes);
if (!existsSync(binary)) throw new Error("there is no binary: run `cargo build --release`, or name one with --notes");
const browser = await launch();
try {
  const rows = [];
  for (const set of choose(positionals)) rows.push(...(await measureSet(browser, binary, set)));
  const machine = `${cpus().length} × ${cpus()[0].model}, Node.js ${process.versions.node}, Chromium ${browser.version()}`;
  console.log(`${new Date().toISOString().slice(0, 10)}; ${(await versions(binary)).join(", ")}; ${machine}\n\n${table(rows)}`);
} finally {
  await browser.close();
}
