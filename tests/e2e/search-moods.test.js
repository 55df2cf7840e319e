// The dialog when search is slow, answers in parts, fails, or speaks English: on a stand-in worker that does as it is told.

import assert from "node:assert/strict";
import { join } from "node:path";
import { after, before, test } from "node:test";

import { buildStandIn } from "./fake/site.js";
import { dialog, field, hits, launch, openPage, selected } from "./lib/browser.js";
import { serve } from "./lib/server.js";
import { assets, here, temporary } from "./lib/site.js";

let browser;
let korean;
let english;

before(async () => {
  const folder = await temporary();
  const content = join(here, "site", "content");
  await buildStandIn(content, assets, join(folder, "ko"));
  await buildStandIn(content, assets, join(folder, "en"), "/sub/", "en");
  korean = await serve(join(folder, "ko"));
  english = await serve(join(folder, "en"), "/sub/");
  browser = await launch();
});
after(async () => {
  await browser?.close();
  await korean?.close();
  await english?.close();
});

async function visit(t, site = korean) {
  const page = await openPage(browser);
  t.after(async () => {
    await page.context().close();
    site.fault = () => undefined;
  });
  await page.goto(site.url);
  await page.locator("[data-search-open]").click();
  return page;
}

test("an answer to an older question is dropped", async (t) => {
  const page = await visit(t);
  await field(page).fill("!느림 커피");
  await page.waitForTimeout(50);
  await field(page).fill("카나리아");
  await page.waitForTimeout(1600);
  const texts = await hits(page).allInnerTexts();
  assert.ok(texts.length > 0 && texts.every((text) => !text.includes("커피")), texts.join("\n"));
});

test("Enter waits for the answer to what is typed and does not open what was there before", async (t) => {
  const page = await visit(t);
  await field(page).fill("커피");
  await hits(page).first().waitFor();
  await field(page).fill("!느림 카나리아");
  await page.keyboard.press("Enter");
  await page.waitForURL(/#/);
  assert.match(decodeURIComponent(page.url()), /카나리아/);
});

test("excerpts that come later move nothing and keep the selection", async (t) => {
  const page = await visit(t);
  await field(page).fill("!나눔 메시지");
  await hits(page).nth(1).waitFor();
  await page.keyboard.press("ArrowDown");
  const chosen = await selected(page).getAttribute("data-key");
  const heights = () => hits(page).evaluateAll((all) => all.map((hit) => hit.getBoundingClientRect().top));
  const then = await heights();
  await page.locator("dialog.search mark").first().waitFor();
  assert.deepEqual(await heights(), then);
  assert.equal(await selected(page).getAttribute("data-key"), chosen);
});

test("what was searched instead of what was typed is told above the results, as plain text", async (t) => {
  const page = await visit(t);
  await field(page).fill("!고침 커피");
  await page.locator("dialog.search .search-notice", { hasText: "‘<b>커피</b>’에 대한 결과입니다." }).waitFor();
});

test("an error says what to do, and trying again searches again", async (t) => {
  const page = await visit(t);
  await field(page).fill("!오류");
  await page.locator(".search-message-title", { hasText: "검색 자료를 가져오지 못했습니다" }).waitFor();
  await page.locator(".search-detail", { hasText: "text-1.bin" }).waitFor();
  await field(page).fill("커피");
  await hits(page).first().waitFor();
  assert.equal(await page.locator(".search-message-title").count(), 0);
  await field(page).fill("!함정");
  await page.locator(".search-message button", { hasText: "다시 시도" }).click();
  await page.locator(".search-message-title", { hasText: "검색 중에 오류가 났습니다" }).waitFor();
});

test("a long wait is told", async (t) => {
  const page = await visit(t);
  await field(page).fill("!느림 커피");
  await page.locator(".search-message", { hasText: "준비하고 있습니다" }).waitFor();
  await hits(page).first().waitFor();
});

test("a worker that cannot be fetched is an error, not silence", async (t) => {
  const page = await openPage(browser);
  t.after(async () => {
    await page.context().close();
    korean.fault = () => undefined;
  });
  korean.fault = (path) => (path.includes("search-worker") ? { status: 500 } : undefined);
  await page.goto(korean.url);
  await page.locator("[data-search-open]").click();
  await field(page).fill("커피");
  await page.locator(".search-message-title", { hasText: "가져오지 못했습니다" }).waitFor();
  korean.fault = () => undefined;
  await page.locator(".search-message button").click();
  await hits(page).first().waitFor();
});

test("a dialog whose code cannot be fetched says so and still closes", async (t) => {
  const page = await openPage(browser);
  t.after(async () => {
    await page.context().close();
    korean.fault = () => undefined;
  });
  korean.fault = (path) => (path.includes("search-results") ? { status: 404 } : undefined);
  await page.goto(korean.url);
  await page.locator("[data-search-open]").click();
  await page.locator(".search-message [role=alert]", { hasText: "검색을 불러오지 못했습니다" }).waitFor();
  await page.keyboard.press("Escape");
  await dialog(page).waitFor({ state: "hidden" });
});

test("a page in English gets a dialog in English, under a sub-path too", async (t) => {
  const page = await visit(t, english);
  assert.equal(await field(page).getAttribute("aria-label"), "Search");
  await field(page).fill("visibility");
  await hits(page).first().waitFor();
  await page.locator("dialog.search [role=status]", { hasText: /^\d+ results? in \d+ pages?$/ }).waitFor({ state: "attached" });
  await page.keyboard.press("Enter");
  await page.waitForURL(/\/sub\/.*#/);
});

test("a page without the search button leaves the keys and ?q= alone", async (t) => {
  const page = await openPage(browser);
  t.after(() => page.context().close());
  await page.route("**/*", async (route) => {
    if (route.request().resourceType() !== "document") return route.continue();
    const response = await route.fetch();
    return route.fulfill({ response, body: (await response.text()).replace("data-search-open", "") });
  });
  await page.goto(`${korean.url}?q=${encodeURIComponent("커피")}`);
  await page.keyboard.press("/");
  await page.keyboard.press("Control+k");
  await page.waitForTimeout(200);
  assert.equal(await dialog(page).count(), 0);
});
