// Live reload, against a stand-in for the development server's stream of events.

import assert from "node:assert/strict";
import { cp, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, beforeEach, test } from "node:test";

import { launch, openPage } from "./lib/browser.js";
import { serve } from "./lib/server.js";
import { assets, temporary } from "./lib/site.js";

let browser;
let server;
let folder;
/** Open streams. */
let streams = [];
let build = "1";

before(async () => {
  folder = await temporary();
  await cp(assets, join(folder, "assets"), { recursive: true });
  await writeFile(join(folder, "assets", "page.css"), "p { block-size: 300rem }");
  await writeFile(
    join(folder, "index.html"),
    `<!doctype html><html lang="ko"><meta charset="utf-8"><title>시험</title><link rel="icon" href="data:,">
<link rel="stylesheet" href="assets/page.css"><script type="module" src="assets/reload.js"></script>
<details><summary>하나</summary>안</details><details><summary>둘</summary>안</details><p>긴 글</p></html>`,
  );
  server = await serve(folder);
  browser = await launch();
});
after(async () => {
  await browser?.close();
  await server?.close();
});

beforeEach(() => {
  streams = [];
  build = "1";
  server.fault = (path) =>
    path === "/__notes/events"
      ? {
          stream: (response) => {
            response.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-store" });
            response.write(`event: hello\ndata: ${build}\n\n`);
            streams.push(response);
          },
        }
      : undefined;
});

const tell = (event, data = "") => streams.at(-1).write(`event: ${event}\ndata: ${data}\n\n`);

async function visit(t) {
  const page = await openPage(browser);
  t.after(() => page.context().close());
  await page.goto(server.url);
  await connected(1);
  await page.waitForTimeout(100);
  return page;
}

async function connected(count) {
  for (let tries = 0; tries < 100 && streams.length < count; tries += 1) await new Promise((resolve) => setTimeout(resolve, 50));
  assert.ok(streams.length >= count, "the page connects");
}

test("a reload comes back to the same place with the same details open", async (t) => {
  const page = await visit(t);
  await page.locator("details").nth(1).evaluate((details) => (details.open = true));
  await page.evaluate(() => scrollTo(0, 1234));
  await Promise.all([page.waitForEvent("load"), tell("reload")]);
  await page.waitForFunction(() => scrollY === 1234);
  assert.deepEqual(await page.locator("details").evaluateAll((all) => all.map((details) => details.open)), [false, true]);
});

test("a changed style sheet is swapped without a reload, even if its fingerprint gave it another name", async (t) => {
  const page = await visit(t);
  await page.evaluate(() => (window.same = true));
  await writeFile(join(folder, "assets", "page.css"), "p { block-size: 300rem; color: rgb(1, 2, 3) }");
  tell("css");
  await page.waitForFunction(() => getComputedStyle(document.querySelector("p")).color === "rgb(1, 2, 3)");
  await page.waitForFunction(() => document.querySelectorAll("link[rel=stylesheet]").length === 1);

  const index = join(folder, "index.html");
  const html = await readFile(index, "utf8");
  t.after(() => writeFile(index, html));
  await writeFile(join(folder, "assets", "page-2.css"), "p { block-size: 300rem; color: rgb(4, 5, 6) }");
  await writeFile(index, html.replace("page.css", "page-2.css"));
  tell("css");
  await page.waitForFunction(() => getComputedStyle(document.querySelector("p")).color === "rgb(4, 5, 6)");
  assert.equal(await page.evaluate(() => window.same), true);
});

test("an error is laid over the page as text, goes at Escape, and goes when the note is mended", async (t) => {
  const page = await visit(t);
  const problem = { message: "<b>잘못</b>", file: "글.md", line: 3, column: 2, source_line: "가나다", hint: "고치세요" };
  const overlay = page.locator(".notes-overlay");
  tell("error", JSON.stringify(problem));
  await overlay.waitFor();
  assert.match(await overlay.locator("section").innerText(), /글\.md:3:2[^]*<b>잘못<\/b>[^]*가나다[^]*고치세요/);
  assert.equal(await overlay.locator(".caret").innerText(), "나");
  await page.keyboard.press("Escape");
  await overlay.waitFor({ state: "detached" });
  tell("error", JSON.stringify(problem));
  await overlay.waitFor();
  tell("ok");
  await overlay.waitFor({ state: "detached" });
  assert.deepEqual(page.problems, []);
});

test("a server that comes back with another build makes the page reload, one with the same does not", async (t) => {
  const page = await visit(t);
  await page.evaluate(() => (window.same = true));
  streams.at(-1).end();
  await connected(2);
  await page.waitForTimeout(300);
  assert.equal(await page.evaluate(() => window.same), true);
  build = "2";
  const loaded = page.waitForEvent("load");
  streams.at(-1).end();
  await loaded;
  assert.equal(await page.evaluate(() => window.same), undefined);
});
