// The search worker against a stand-in engine: what it fetches, in what order, and how it gets over what goes wrong.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { cp, mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, beforeEach, test } from "node:test";
import { promisify } from "node:util";
import { gzipSync } from "node:zlib";

import { launch, openPage } from "./lib/browser.js";
import { serve } from "./lib/server.js";
import { assets, here, temporary } from "./lib/site.js";

const FILES = ["one.bin", "two.bin", "text.bin"];

let browser;
let server;
let folder;
let engine;

before(async () => {
  folder = await temporary();
  await mkdir(join(folder, "search"));
  await cp(assets, join(folder, "assets"), { recursive: true });
  const module = join(folder, "engine.wasm");
  await promisify(execFile)("rustc", [
    ...["--edition", "2024", "--target", "wasm32-unknown-unknown", "--crate-type", "cdylib", "--crate-name", "engine"],
    ...["-C", "opt-level=s", "-C", "panic=abort", "-C", "strip=symbols", "-o", module, join(here, "fake", "engine.rs")],
  ]);
  engine = gzipSync(await readFile(module));
  await writeFile(join(folder, "index.html"), '<!doctype html><html lang="ko"><link rel="icon" href="data:,"><title>시험</title>');
  server = await serve(folder);
  browser = await launch();
});
after(async () => {
  await browser?.close();
  await server?.close();
});

beforeEach(async () => {
  server.fault = () => undefined;
  await writeFile(join(folder, "search", "entry.json"), JSON.stringify({ version: 1, engine: "engine-1.bin" }));
  await writeFile(join(folder, "search", "engine-1.bin"), engine);
  for (const name of FILES) await writeFile(join(folder, "search", name), gzipSync(`good ${name}`));
  server.requests.length = 0;
});

/** A page with a worker, and `ask(query)`: every message until the last. */
async function worker(t) {
  const page = await openPage(browser);
  t.after(() => page.context().close());
  await page.goto(server.url);
  await page.evaluate(() => {
    window.worker = new Worker(new URL("assets/search-worker.js", location.href), { type: "module" });
    window.number = 0;
    window.ask = (query) =>
      new Promise((resolve) => {
        window.number += 1;
        const id = window.number;
        const heard = [];
        window.worker.addEventListener("message", ({ data }) => {
          if (data.id !== id) return;
          heard.push(data);
          if (data.done || data.type === "error") resolve(heard);
        });
        window.worker.postMessage({ type: "search", id, query, limit: 10 });
        setTimeout(() => resolve(heard), 5000);
      });
  });
  return { page, ask: (query) => page.evaluate((text) => window.ask(text), query) };
}

const fetched = () => server.requests.filter((path) => path.startsWith("/search/")).map((path) => path.slice(8));

test("hits come before their excerpts, and each file is fetched once", async (t) => {
  const { ask } = await worker(t);
  const [first, last, ...more] = await ask("람다");
  assert.deepEqual(more, []);
  assert.deepEqual([first.done, last.done], [false, true]);
  assert.equal(first.hits[0].excerpt, undefined);
  assert.deepEqual(last.hits[0].excerpt, [["앞 ", 0], ["표시", 1]]);
  assert.deepEqual(last.corrections.map(([, read]) => read), ["알림"]);
  assert.deepEqual(fetched(), ["entry.json", "engine-1.bin", "one.bin", "two.bin", "text.bin"]);
  assert.equal(last.requests, 5);
  const sizes = await Promise.all(["entry.json", "engine-1.bin", ...FILES].map(async (name) => (await readFile(join(folder, "search", name))).length));
  assert.equal(last.bytes, sizes.reduce((sum, size) => sum + size), "bytes as they came, still compressed");

  const again = await ask("버전");
  assert.equal(again.length, 1, "everything is there: one answer");
  assert.equal(fetched().length, 5);
});

test("files that every query needs come beside the engine, before there is a query", async (t) => {
  const entry = { version: 1, engine: "engine-1.bin", files: ["one.bin"] };
  await writeFile(join(folder, "search", "entry.json"), JSON.stringify(entry));
  // The engine is held back long enough that even a busy machine asks for the rest meanwhile.
  server.fault = (path) => (path === "/search/engine-1.bin" ? { delay: 4000 } : undefined);
  const { page, ask } = await worker(t);
  for (let tries = 0; tries < 35 && fetched().length < 3; tries++) await page.waitForTimeout(100);
  assert.deepEqual(fetched().sort(), ["engine-1.bin", "entry.json", "one.bin"]);
  assert.equal((await ask("람다")).at(-1).requests, 5);
});

test("files that the server has decompressed already are used as they are", async (t) => {
  server.fault = (path) => {
    const body = { "/search/one.bin": "good", "/search/two.bin": gzipSync("good") }[path];
    if (!body) return undefined;
    return { body, headers: typeof body === "string" ? {} : { "content-encoding": "gzip" } };
  };
  const { ask } = await worker(t);
  assert.equal((await ask("람다")).at(-1).type, "results");
});

test("a fetch that fails once is tried again", async (t) => {
  let failures = 1;
  server.fault = (path) => (path === "/search/two.bin" && failures-- > 0 ? { status: 503 } : undefined);
  const { ask } = await worker(t);
  assert.equal((await ask("람다")).at(-1).type, "results");
});

test("a fetch that keeps failing is an error that names the file, and the next question tries again", async (t) => {
  server.fault = (path) => (path === "/search/two.bin" ? { status: 503 } : undefined);
  const { ask } = await worker(t);
  const [error] = await ask("람다");
  assert.deepEqual([error.type, error.reason, error.file], ["error", "network", "two.bin"]);
  server.fault = () => undefined;
  assert.equal((await ask("람다")).at(-1).type, "results");
});

test("a shard damaged on the way is fetched once more", async (t) => {
  let damages = 1;
  server.fault = (path) => (path === "/search/one.bin" && damages-- > 0 ? { body: gzipSync("good").subarray(0, 12) } : undefined);
  const { ask } = await worker(t);
  assert.equal((await ask("람다")).at(-1).type, "results");
});

test("a shard that is damaged for good is an error, whether gzip or the engine notices", async (t) => {
  for (const body of [gzipSync("good").subarray(0, 12), gzipSync("evil"), Buffer.from("<!doctype html>")]) {
    server.fault = (path) => (path === "/search/one.bin" ? { body } : undefined);
    const { ask } = await worker(t);
    const [error] = await ask("람다");
    assert.deepEqual([error.type, error.reason, error.file], ["error", "corrupt", "one.bin"]);
  }
});

test("a damaged entry file or engine is an error, not silence", async (t) => {
  for (const [path, body] of [["/search/entry.json", "{"], ["/search/entry.json", "[]"], ["/search/engine-1.bin", "no module"]]) {
    server.fault = (asked) => (asked === path ? { body } : undefined);
    const { ask } = await worker(t);
    const [error] = await ask("람다");
    assert.deepEqual([error.type, error.reason], ["error", "corrupt"], path);
  }
});

test("a site published anew under an open page is started over once", async (t) => {
  const { ask } = await worker(t);
  await ask("fail");
  await writeFile(join(folder, "search", "entry.json"), JSON.stringify({ version: 1, engine: "engine-2.bin" }));
  await writeFile(join(folder, "search", "engine-2.bin"), engine);
  let published = false;
  server.fault = (path) => {
    if (path === "/search/engine-2.bin") published = true;
    return path === "/search/one.bin" && !published ? { status: 404 } : undefined;
  };
  assert.equal((await ask("람다")).at(-1).type, "results");
  assert.ok(published);
});

test("a shard that is gone even after starting over is an error", async (t) => {
  const { ask } = await worker(t);
  const [error] = await ask("gone");
  assert.deepEqual([error.type, error.reason, error.file], ["error", "network", "gone.bin"]);
  assert.equal(fetched().filter((name) => name === "entry.json").length, 2, "once over");
});

test("an engine that traps is an error, and the next question has a new one", async (t) => {
  const { ask } = await worker(t);
  const [error] = await ask("trap");
  assert.deepEqual([error.type, error.reason], ["error", "trap"]);
  assert.equal((await ask("람다")).at(-1).type, "results");
});

test("an engine's own error is passed on in its words", async (t) => {
  const { ask } = await worker(t);
  const [error] = await ask("fail");
  assert.deepEqual([error.type, error.reason, error.message], ["error", "engine", "as asked"]);
});

test("an engine that never has enough does not spin for ever", async (t) => {
  const { ask } = await worker(t);
  const [error] = await ask("endless");
  assert.deepEqual([error.type, error.reason], ["error", "engine"]);
});

test("only the newest of several questions is answered", async (t) => {
  const { page } = await worker(t);
  server.fault = (path) => (path === "/search/one.bin" ? { delay: 300 } : undefined);
  const answered = await page.evaluate(async () => {
    const heard = new Set();
    window.worker.addEventListener("message", ({ data }) => heard.add(data.id));
    for (let id = 101; id <= 110; id += 1) window.worker.postMessage({ type: "search", id, query: `질문 ${id}`, limit: 10 });
    await new Promise((resolve) => setTimeout(resolve, 1500));
    return [...heard];
  });
  assert.deepEqual(answered, [110]);
});
