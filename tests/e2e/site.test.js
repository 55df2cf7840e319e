// Every kind of page of a built site: nothing to complain of under a strict policy, at the root and under a sub-path.

import assert from "node:assert/strict";
import { mkdir, readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";

import { field, hits, launch, openPage, PHONE, search, targetInView } from "./lib/browser.js";
import { serve } from "./lib/server.js";
import { buildFixture, needsBinary, screenshots, temporary } from "./lib/site.js";

let browser;
const sites = {};

before(async () => {
  for (const base of ["/", "/sub/"]) {
    const out = await buildFixture(await temporary(), base);
    sites[base] = { out, server: await serve(out, base) };
  }
  browser = await launch();
});
after(async () => {
  await browser?.close();
  for (const { server } of Object.values(sites)) await server.close();
});

const NOTE = encodeURI("클라우드/람다/");

/** The address of some tag's page, found as a reader finds it. */
async function tagPage(page, url) {
  await page.goto(url + NOTE);
  const tag = page.locator('main a[href*="/tags/"], article a[href*="/tags/"]').first();
  return new URL(await tag.getAttribute("href"), page.url()).href;
}

for (const base of ["/", "/sub/"]) {
  describe(`served at ${base}`, () => {
    test("home, note, tag, missing page and search complain of nothing", async (t) => {
      const { server } = sites[base];
      const page = await openPage(browser);
      t.after(() => page.context().close());
      const addresses = [server.url, server.url + NOTE];
      if (!needsBinary) addresses.push(await tagPage(page, server.url));
      for (const address of addresses) {
        const response = await page.goto(address, { waitUntil: "networkidle" });
        assert.equal(response.status(), 200, address);
        assert.deepEqual(page.problems, [], address);
        await search(page, "람다");
        await page.keyboard.press("Escape");
        assert.deepEqual(page.problems, [], `search on ${address}`);
      }
      const missing = `${server.url}${encodeURI("없는/쪽/")}`;
      assert.equal((await page.goto(missing, { waitUntil: "networkidle" })).status(), 404);
      await search(page, "람다");
      // The browser itself reports the missing page; nothing else may be missing.
      assert.deepEqual(page.problems.filter((problem) => !problem.includes(missing)), []);
    });

    test("a hit's link stays under the site's own root and reaches its heading", async (t) => {
      const { server } = sites[base];
      const page = await openPage(browser);
      t.after(() => page.context().close());
      await page.goto(server.url + NOTE);
      await search(page, "가시성");
      await page.locator("dialog.search mark").first().waitFor();
      await page.keyboard.press("Enter");
      await page.waitForURL(/#/);
      assert.ok(page.url().startsWith(server.url + encodeURI("클라우드/대기열/")), page.url());
      await targetInView(page);
    });

    test("nothing inline is in any page: no style attribute, no script or style of its own", { skip: needsBinary }, async () => {
      const { out } = sites[base];
      const pages = (await readdir(out, { recursive: true })).filter((name) => name.endsWith(".html"));
      assert.ok(pages.length > 5);
      for (const name of pages) {
        const html = await readFile(join(out, name), "utf8");
        assert.doesNotMatch(html, /<style\b|<script(?![^>]*\bsrc=)(?![^>]*type="application\/(ld\+)?json")|<[a-z][^>]*\s(style|on[a-z]+)=/i, name);
      }
    });
  });
}

describe("a published index that is broken", { skip: needsBinary }, () => {
  for (const [what, fault] of [
    ["missing", { status: 404 }],
    ["cut short", { body: Buffer.from([0x1f, 0x8b, 8, 0]) }],
    ["another page's HTML", { body: "<!doctype html><title>점검 중</title>" }],
    ["empty", { body: Buffer.alloc(0) }],
  ]) {
    test(`shards ${what}: the dialog says so in Korean, and recovers when they are back`, async (t) => {
      const { server } = sites["/"];
      const page = await openPage(browser);
      t.after(async () => {
        server.fault = () => undefined;
        await page.context().close();
      });
      server.fault = (path) => (/^\/search\/(?!entry|engine)/.test(path) ? fault : undefined);
      await page.goto(server.url);
      await page.locator("[data-search-open]").first().click();
      await field(page).fill("가시성");
      await page.locator(".search-message-title", { hasText: /못했습니다|손상/ }).waitFor();
      server.fault = () => undefined;
      await page.locator(".search-message button").click();
      await hits(page).first().waitFor();
    });
  }

  test("one flipped byte in any file is an error or changes nothing, never a hang", async (t) => {
    const { out, server } = sites["/"];
    const names = (await readdir(join(out, "search"))).filter((name) => !name.startsWith("entry"));
    for (const name of names) {
      const bytes = await readFile(join(out, "search", name));
      bytes[Math.floor(bytes.length / 2)] ^= 0x55;
      server.fault = (path) => (path === `/search/${name}` ? { body: bytes } : undefined);
      const page = await openPage(browser);
      await page.goto(server.url);
      await page.locator("[data-search-open]").first().click();
      await field(page).fill("가시성");
      await page.locator(".search-message-title").or(page.locator("dialog.search mark")).first().waitFor();
      await page.context().close();
    }
    server.fault = () => undefined;
    t.diagnostic(`${names.length} files damaged in turn`);
  });
});

describe("screenshots", { skip: needsBinary }, () => {
  for (const [device, options] of [["phone", PHONE], ["desktop", {}]]) {
    for (const colorScheme of ["light", "dark"]) {
      test(`${device}, ${colorScheme}: no page is wider than the screen`, async (t) => {
        const { server } = sites["/"];
        await mkdir(screenshots, { recursive: true });
        const page = await openPage(browser, { ...options, colorScheme });
        t.after(() => page.context().close());
        const shoot = (name) => page.screenshot({ path: join(screenshots, `${name}-${device}-${colorScheme}.png`), caret: "initial" });
        const fits = async () => {
          const [inner, outer] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
          assert.ok(inner <= outer, `${page.url()}: ${inner} > ${outer}`);
        };
        await page.goto(server.url);
        await fits();
        await shoot("home");
        await page.goto(server.url + NOTE);
        await fits();
        await shoot("note");
        await search(page, "메시지");
        await page.locator("dialog.search mark").first().waitFor();
        await page.waitForTimeout(200);
        await shoot("search");
      });
    }
  }
});
