// The search dialog as a reader meets it, on the fixture site.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";

import { dialog, field, hits, inputMethod, launch, openPage, PHONE, search, selected, targetInView } from "./lib/browser.js";
import { serve } from "./lib/server.js";
import { buildFixture, temporary } from "./lib/site.js";

let browser;
let server;

before(async () => {
  server = await serve(await buildFixture(await temporary()));
  browser = await launch();
});
after(async () => {
  await browser?.close();
  await server?.close();
});

/** Opens `path` in a page that must have nothing to complain of when the test ends. */
async function visit(t, path = "", options = {}) {
  const page = await openPage(browser, options);
  t.after(async () => {
    await page.context().close();
    assert.deepEqual(page.problems, []);
  });
  await page.goto(server.url + path);
  return page;
}

const focusIsInField = (page) => field(page).evaluate((input) => input === document.activeElement);

describe("opening", () => {
  test("nothing of search is fetched before it is first used", async (t) => {
    const page = await visit(t);
    server.requests.length = 0;
    await page.reload({ waitUntil: "networkidle" });
    await page.locator("[data-search-open]").first().hover();
    await page.locator("[data-search-open]").first().focus();
    await page.waitForTimeout(300);
    const early = server.requests.filter((path) => /^\/search\/|search-(worker|dialog|filters|results|recent|words)/.test(path));
    assert.deepEqual(early, []);

    await page.locator("[data-search-open]").first().click();
    await page.waitForFunction(() => document.querySelector("dialog.search .search-message")?.childElementCount > 0);
    assert.ok(server.requests.some((path) => /search-worker/.test(path)), "opening the dialog starts the worker");
  });

  test("the button opens the dialog with the field focused", async (t) => {
    const page = await visit(t);
    await page.locator("[data-search-open]").first().click();
    await dialog(page).waitFor();
    assert.ok(await focusIsInField(page));
  });

  test("the slash key opens it, but not from a field", async (t) => {
    const page = await visit(t);
    await page.evaluate(() => {
      const other = document.createElement("input");
      other.id = "other";
      document.body.append(other);
    });
    await page.locator("#other").press("/");
    assert.equal(await page.locator("#other").inputValue(), "/");
    assert.equal(await dialog(page).count(), 0);
    await page.locator("#other").evaluate((other) => other.blur());
    await page.keyboard.press("/");
    await dialog(page).waitFor();
    assert.equal(await field(page).inputValue(), "");
  });

  test("Ctrl+K and the slash key work with the Korean layout on", async (t) => {
    const page = await visit(t);
    const keys = await inputMethod(page);
    await keys.press("ㅏ", "KeyK", 75, 2);
    await dialog(page).waitFor();
    await page.keyboard.press("Escape");
    await dialog(page).waitFor({ state: "hidden" });
    await keys.press("Process", "Slash", 229);
    await dialog(page).waitFor();
  });

  test("a key that means something else on another Latin layout does not open it", async (t) => {
    const page = await visit(t);
    const keys = await inputMethod(page);
    await keys.press("-", "Slash", 189);
    await page.waitForTimeout(100);
    assert.equal(await dialog(page).count(), 0);
  });

  test("a link with ?q= opens it with the query answered, and closing it cleans the address", async (t) => {
    const page = await visit(t, "?q=%EA%B0%80%EC%8B%9C%EC%84%B1");
    await hits(page).first().waitFor();
    assert.equal(await field(page).inputValue(), "가시성");
    await page.keyboard.press("Escape");
    await page.waitForFunction(() => !location.search);
  });
});

describe("answering", () => {
  test("typing answers at each key, with the words marked in excerpts", async (t) => {
    const page = await visit(t);
    await page.locator("[data-search-open]").first().click();
    await field(page).pressSequentially("대기열");
    await hits(page).first().waitFor();
    await page.locator("dialog.search mark", { hasText: "대기열" }).first().waitFor();
    assert.match(await hits(page).first().innerText(), /대기열/);
  });

  test("hits of one page stand together under its title, at most ten", async (t) => {
    const page = await visit(t);
    await search(page, "메시지");
    const groups = await page.locator("dialog.search [role=group]").evaluateAll((all) =>
      all.map((group) => [...group.querySelectorAll("a")].map((link) => new URL(link.href).pathname)),
    );
    assert.ok(groups.every((paths) => new Set(paths).size === 1), "one page a group");
    assert.equal(new Set(groups.map((paths) => paths[0])).size, groups.length, "one group a page");
    assert.ok(groups.flat().length <= 10);
    assert.match(await page.locator("dialog.search .search-page").first().innerText(), /메시지 대기열 쓰기/);
  });

  test("Enter goes to the section of the first hit and brings its heading into view", async (t) => {
    const page = await visit(t);
    await search(page, "가시성");
    await page.locator("dialog.search mark").first().waitFor();
    await page.keyboard.press("Enter");
    await page.waitForURL(/#/);
    assert.match(decodeURIComponent(page.url()), /대기열\/#.*가시성/);
    await targetInView(page);
  });

  test("Enter pressed before the answer goes there when it comes", async (t) => {
    const page = await visit(t);
    await page.locator("[data-search-open]").first().click();
    await field(page).fill("가시성");
    await page.keyboard.press("Enter");
    await page.waitForURL(/#/);
    assert.match(decodeURIComponent(page.url()), /가시성/);
  });

  test("a hit on the page being read closes the dialog and scrolls to it", async (t) => {
    const page = await visit(t, encodeURI("클라우드/대기열/"));
    await search(page, "폴링");
    await page.keyboard.press("Enter");
    await page.waitForURL(/#/);
    await dialog(page).waitFor({ state: "hidden" });
    await page.waitForFunction(() => scrollY > 0);
    await targetInView(page);
  });

  test("clicking a hit goes to it", async (t) => {
    const page = await visit(t);
    await search(page, "카나리아");
    await hits(page).first().click();
    await page.waitForURL(/#/);
    assert.match(decodeURIComponent(page.url()), /배포\/#.*카나리아/);
  });

  test("Ctrl+Enter opens the hit in a new tab and stays here", async (t) => {
    const page = await visit(t);
    await search(page, "카나리아");
    const [opened] = await Promise.all([page.context().waitForEvent("page"), page.keyboard.press("Control+Enter")]);
    await opened.waitForURL(/#/);
    assert.ok(await dialog(page).isVisible());
  });

  test("a query nothing answers to is told so, with advice", async (t) => {
    const page = await visit(t);
    await page.locator("[data-search-open]").first().click();
    await field(page).fill("쀍쒧뙓쫇");
    await page.locator(".search-message-title", { hasText: "쀍쒧뙓쫇" }).waitFor();
    assert.equal(await hits(page).count(), 0);
    assert.ok((await page.locator(".search-message li").count()) > 0);
  });

  test("markup in a query stays text", async (t) => {
    const page = await visit(t, `?q=${encodeURIComponent("<img src=x onerror=alert(1)>")}`);
    await page.locator(".search-message-title", { hasText: "<img" }).or(hits(page).first()).first().waitFor();
    assert.equal(await page.locator("dialog.search img").count(), 0);
  });

  test("the number of hits is told to a screen reader once typing pauses", async (t) => {
    const page = await visit(t);
    await search(page, "가시성");
    await page.locator("dialog.search [role=status]", { hasText: /검색 결과 \d+개/ }).waitFor({ state: "attached" });
  });
});

describe("keyboard", () => {
  test("arrow keys move the selection round and the field names it", async (t) => {
    const page = await visit(t);
    await search(page, "메시지");
    await page.locator("dialog.search mark").first().waitFor();
    const count = await hits(page).count();
    assert.ok(count > 1);
    const at = async () => {
      const id = await selected(page).getAttribute("id");
      assert.equal(await field(page).getAttribute("aria-activedescendant"), id);
      return hits(page).evaluateAll((all, wanted) => all.findIndex((hit) => hit.id === wanted), id);
    };
    assert.equal(await at(), 0, "the first is selected to begin with");
    await page.keyboard.press("ArrowDown");
    assert.equal(await at(), 1);
    await page.keyboard.press("ArrowUp");
    await page.keyboard.press("ArrowUp");
    assert.equal(await at(), count - 1, "round the top");
    await page.keyboard.press("ArrowDown");
    assert.equal(await at(), 0, "round the bottom");
    await page.keyboard.press("ArrowDown");
    const wanted = await selected(page).getAttribute("href");
    await page.keyboard.press("Enter");
    await page.waitForURL(wanted);
  });

  test("Escape closes the dialog and gives the focus back", async (t) => {
    const page = await visit(t);
    await page.locator("[data-search-open]").first().focus();
    await page.keyboard.press("Enter");
    await dialog(page).waitFor();
    await page.keyboard.press("Escape");
    await dialog(page).waitFor({ state: "hidden" });
    assert.ok(await page.locator("[data-search-open]").first().evaluate((button) => button === document.activeElement));
  });

  test("Tab goes round within the dialog and never onto the page behind", async (t) => {
    const page = await visit(t);
    await search(page, "람다");
    for (const key of ["Tab", "Tab", "Tab", "Shift+Tab", "Shift+Tab", "Shift+Tab", "Shift+Tab"]) {
      await page.keyboard.press(key);
      assert.ok(await page.evaluate(() => document.activeElement.closest("dialog.search") !== null), key);
    }
  });

  test("the page itself can be tabbed through to the search button", async (t) => {
    const page = await visit(t);
    for (let presses = 0; presses < 30; presses += 1) {
      await page.keyboard.press("Tab");
      if (await page.evaluate(() => document.activeElement.matches("[data-search-open]"))) return;
    }
    assert.fail("thirty presses of Tab do not reach the search button");
  });

  test("the field is a combobox over a listbox of options", async (t) => {
    const page = await visit(t);
    await search(page, "람다");
    assert.equal(await field(page).getAttribute("role"), "combobox");
    assert.equal(await field(page).getAttribute("aria-expanded"), "true");
    const list = page.locator(`#${await field(page).getAttribute("aria-controls")}`);
    assert.equal(await list.getAttribute("role"), "listbox");
    assert.ok(await field(page).getAttribute("aria-label"));
    const orphans = await hits(page).evaluateAll((all) => all.filter((hit) => !hit.closest("[role=listbox]")).length);
    assert.equal(orphans, 0);
  });
});

describe("recent searches", () => {
  test("an opened search is offered next time, answers again, and can be forgotten", async (t) => {
    const page = await visit(t);
    await search(page, "카나리아");
    await page.keyboard.press("Enter");
    await page.waitForURL(/#/);
    await page.locator("[data-search-open]").first().click();
    const past = page.locator("dialog.search [role=option]", { hasText: "카나리아" });
    await past.waitFor();
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Enter");
    await hits(page).first().waitFor();
    assert.equal(await field(page).inputValue(), "카나리아");
    await field(page).fill("");
    await page.locator("dialog.search .search-message button").click();
    await page.locator(".search-message-title").waitFor();
    assert.equal(await past.count(), 0);
  });
});

describe("input methods", () => {
  test("a word still being composed is searched, half a syllable too", async (t) => {
    const page = await visit(t);
    await page.locator("[data-search-open]").first().click();
    const ime = await inputMethod(page);
    for (const text of ["ㄱ", "가", "갓", "가시", "가싯", "가시ㅅ"]) await ime.compose(text);
    await hits(page).first().waitFor();
    assert.equal(await field(page).inputValue(), "가시ㅅ");
    const texts = await hits(page).allInnerTexts();
    assert.ok(texts.some((text) => text.includes("가시성")), texts.join("\n"));
  });

  test("Enter, arrows and Escape belong to the composition while there is one", async (t) => {
    const page = await visit(t);
    await page.locator("[data-search-open]").first().click();
    const ime = await inputMethod(page);
    await ime.compose("가시성");
    await hits(page).first().waitFor();
    const address = page.url();
    const chosen = await selected(page).getAttribute("id");
    for (const [key, code, virtual] of [["Enter", "Enter", 13], ["ArrowDown", "ArrowDown", 40], ["Escape", "Escape", 27]]) {
      await ime.process(code);
      await ime.press(key, code, virtual);
      await page.waitForTimeout(100);
      assert.equal(page.url(), address, `${key} navigates`);
      assert.ok(await dialog(page).isVisible(), `${key} closes`);
      assert.equal(await field(page).inputValue(), "가시성", `${key} changes the text`);
      assert.equal(await selected(page).getAttribute("id"), chosen, `${key} moves`);
      await ime.compose("가시성");
    }
    await ime.commit("가시성");
    await page.waitForTimeout(50);
    await page.keyboard.press("Enter");
    await page.waitForURL(/#/);
    assert.match(decodeURIComponent(page.url()), /가시성/);
  });

  test("the field is the same element, never written to, from the first jamo to the last", async (t) => {
    const page = await visit(t);
    await page.locator("[data-search-open]").first().click();
    await field(page).evaluate((input) => {
      window.theField = input;
      window.written = 0;
      const { get, set } = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value");
      Object.defineProperty(input, "value", { get, set(value) { window.written += 1; set.call(this, value); } });
    });
    const ime = await inputMethod(page);
    for (const text of ["ㄹ", "라", "람"]) await ime.compose(text);
    await ime.commit("람");
    for (const text of ["ㄷ", "다"]) await ime.compose(text);
    await hits(page).first().waitFor();
    await ime.commit("다");
    assert.equal(await field(page).inputValue(), "람다");
    assert.deepEqual(await field(page).evaluate((input) => [input === window.theField, window.written]), [true, 0]);
  });

  test("a phone keyboard that composes whole words and phrases answers at each change", async (t) => {
    const page = await visit(t, "", PHONE);
    await page.locator("[data-search-open]").first().click();
    const ime = await inputMethod(page);
    for (const text of ["메", "메시", "메시지"]) await ime.compose(text);
    await hits(page).first().waitFor();
    await page.locator("dialog.search mark", { hasText: "메시지" }).first().waitFor();
    await ime.commit("메시지 ");
    await ime.compose("대기열");
    await page.waitForFunction(() => document.querySelector("dialog.search input").value === "메시지 대기열");
    await ime.commit("대기열");
    await page.waitForTimeout(50);
    await hits(page).first().waitFor();
    await page.keyboard.press("Enter");
    await page.waitForURL(/%EB%8C%80%EA%B8%B0%EC%97%B4/);
  });
});

describe("phone", () => {
  test("the dialog is a sheet over the whole screen and does not scroll sideways", async (t) => {
    const page = await visit(t, "", PHONE);
    await search(page, "람다");
    const box = await dialog(page).boundingBox();
    assert.deepEqual([box.x, box.y, box.width], [0, 0, 390]);
    assert.ok(Math.abs(box.height - 844) <= 1, `${box.height}`);
    assert.ok(await dialog(page).evaluate((sheet) => sheet.scrollWidth <= sheet.clientWidth));
    const size = await field(page).evaluate((input) => Number.parseFloat(getComputedStyle(input).fontSize));
    assert.ok(size >= 16, "or the phone zooms in");
    await page.locator("dialog.search .search-close").tap();
    await dialog(page).waitFor({ state: "hidden" });
  });

  test("a hit opens at a tap", async (t) => {
    const page = await visit(t, "", PHONE);
    await search(page, "카나리아");
    await hits(page).first().tap();
    await page.waitForURL(/#/);
    await targetInView(page);
  });
});

describe("narrowing", () => {
  /** Asks `query` and waits until the pages of the hits are just `wanted`. */
  async function finds(page, query, wanted) {
    await field(page).fill(query);
    await page.waitForFunction((wanted) => {
      const found = [...document.querySelectorAll(".search-hit")].map((hit) => decodeURI(new URL(hit.href).pathname));
      return JSON.stringify([...new Set(found)].sort()) === JSON.stringify(wanted);
    }, wanted);
  }

  test("a phrase, an excluded word, a tag and a folder narrow the hits", async (t) => {
    const page = await visit(t);
    await search(page, "협업");
    await finds(page, "tag:AWS", ["/클라우드/대기열/", "/클라우드/람다/"]);
    await finds(page, "tag:aws -대기열", ["/클라우드/람다/"]);
    await finds(page, "in:생활", ["/생활/자전거/", "/생활/커피/"]);
    await finds(page, '"가시성 제한 시간"', ["/클라우드/대기열/"]);
  });

  test("menus write the filters, follow what is typed, and are reached by Tab", async (t) => {
    const page = await visit(t);
    await search(page, "배포");
    const tags = page.locator("dialog.search select").nth(1);
    await tags.waitFor();
    await tags.selectOption("협업");
    assert.equal(await field(page).inputValue(), "tag:협업 배포");
    assert.ok(await focusIsInField(page));
    await field(page).fill("배포");
    await page.waitForFunction(() => document.querySelectorAll("dialog.search select")[1].value === "");
    await page.keyboard.press("Tab");
    await page.keyboard.press("Tab");
    assert.equal(await page.evaluate(() => document.activeElement?.tagName), "SELECT");
  });

  test("a corrected word is told, and the word as typed is one button away", async (t) => {
    const page = await visit(t);
    await search(page, "가시셩 ");
    const notice = page.locator("dialog.search .search-notice");
    await notice.filter({ hasText: "‘가시성’에 대한 결과입니다." }).waitFor();
    await notice.getByRole("button", { name: "‘가시셩’ 그대로 찾기" }).click();
    assert.equal((await field(page).inputValue()).trim(), '"가시셩"');
    await page.locator("dialog.search .search-message-title", { hasText: "찾지 못했습니다" }).waitFor();
  });
});
