// Code blocks and tabs in a real browser: copied clean, chosen by keyboard, readable without JavaScript, reached by links.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { launch, openPage, PHONE, targetInView } from "./lib/browser.js";
import { serve } from "./lib/server.js";
import { buildNotes, needsBinary } from "./lib/site.js";

const TABS = `=== "macOS"
    맥의 글

    ### 맥에서 설치

=== "Windows"
    윈도의 글

    ### 윈도에서 설치
`;

const CODE = `# 코드

\`\`\`js title="a.js" showLineNumbers
const 앞 = 1; // [!code --]
const 뒤 = 2; // [!code ++]
const 긴줄 = "${"아주 긴 글 ".repeat(40)}";
\`\`\`

\`\`\`console
$ echo 하나 \\
  둘
하나 둘
$ pwd
/tmp
\`\`\`

${TABS}

사이 글

${TABS.replaceAll("설치", "제거")}

::: code-group
\`\`\`sh [npm]
npm i
\`\`\`
\`\`\`sh [pnpm]
pnpm i
\`\`\`
:::

> [!WARNING]
> 경고

> [!question]- 접힌 질문
> 답
`;

const OTHER = `# 다른 쪽\n\n[윈도](코드.md#윈도에서-설치)\n\n${TABS}`;

let browser;
let server;

before(async () => {
  if (needsBinary) return;
  server = await serve(await buildNotes({ "코드.md": CODE, "다른.md": OTHER }));
  browser = await launch();
});
after(async () => {
  await browser?.close();
  await server?.close();
});

const skip = needsBinary;
const address = () => server.url + encodeURI("코드/");

async function open(t, options = {}, path = address()) {
  const page = await openPage(browser, options);
  t.after(() => page.context().close());
  await page.goto(path, { waitUntil: "networkidle" });
  return page;
}

const group = (page, index) => page.locator(".tabs").nth(index);
const tab = (page, index, name) => group(page, index).getByRole("tab", { name, exact: true });

test("copying gives the code alone: no numbers, no signs, no lines taken out, no prompts, no output", { skip }, async (t) => {
  const page = await open(t, { permissions: ["clipboard-read", "clipboard-write"] });
  const copy = async (index) => {
    const figure = page.locator("figure.code").nth(index);
    await figure.hover();
    await figure.getByRole("button", { name: "복사" }).click();
    await page.locator("[role=status]", { hasText: "복사했습니다." }).waitFor({ state: "attached" });
    return page.evaluate(() => navigator.clipboard.readText());
  };
  assert.match(await copy(0), /^const 뒤 = 2;\nconst 긴줄 = "(아주 긴 글 )+";\n$/);
  assert.equal(await copy(1), "echo 하나 \\\n  둘\npwd\n");
  assert.deepEqual(page.problems, []);
});

test("the copy button is reached and works by keyboard", { skip }, async (t) => {
  const page = await open(t, { permissions: ["clipboard-read", "clipboard-write"] });
  const button = page.locator("figure.code").nth(1).getByRole("button", { name: "복사" });
  await button.focus();
  assert.equal(await button.evaluate((it) => getComputedStyle(it.parentElement).opacity !== "0" || it.parentElement.matches(":focus-within")), true);
  await page.keyboard.press("Enter");
  await page.locator("[role=status]", { hasText: "복사했습니다." }).waitFor({ state: "attached" });
});

test("a long line scrolls inside its block, which has a name and takes the focus, or wraps", { skip }, async (t) => {
  for (const options of [{}, PHONE]) {
    const page = await open(t, options);
    const pre = page.locator("figure.code pre").first();
    assert.equal(await pre.getAttribute("tabindex"), "0");
    assert.equal(await pre.getAttribute("role"), "region");
    assert.equal(await pre.getAttribute("aria-label"), "a.js");
    assert.equal(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), true);
    const figure = page.locator("figure.code").first();
    await figure.hover();
    const wrap = figure.getByRole("button", { name: "줄바꿈" });
    await wrap.click();
    assert.equal(await wrap.getAttribute("aria-pressed"), "true");
    assert.equal(await pre.evaluate((it) => it.scrollWidth <= it.clientWidth + 1), true);
    // A block whose lines are short offers no wrapping.
    assert.equal(await page.locator("figure.code").nth(1).locator(".wrap-button").isHidden(), true);
    assert.deepEqual(page.problems, []);
  }
});

test("line numbers are not selected", { skip }, async (t) => {
  const page = await open(t);
  const text = await page.evaluate(() => {
    getSelection().selectAllChildren(document.querySelector("figure.code code"));
    return getSelection().toString();
  });
  assert.ok(text.startsWith("const 앞 = 1;"), text);
});

test("tabs are chosen by click and by arrow keys, and one choice holds for all groups and pages", { skip }, async (t) => {
  const page = await open(t);
  await tab(page, 0, "Windows").click();
  assert.equal(await group(page, 0).getByText("윈도의 글").isVisible(), true);
  assert.equal(await group(page, 0).getByText("맥의 글").isVisible(), false);
  assert.equal(await tab(page, 1, "Windows").getAttribute("aria-selected"), "true");
  await page.keyboard.press("ArrowRight");
  assert.equal(await tab(page, 0, "macOS").getAttribute("aria-selected"), "true");
  assert.equal(await tab(page, 0, "macOS").evaluate((it) => it === document.activeElement), true);
  await page.keyboard.press("End");
  assert.equal(await tab(page, 0, "Windows").getAttribute("aria-selected"), "true");
  await page.keyboard.press("Tab");
  assert.equal(await page.evaluate(() => document.activeElement.getAttribute("role")) === "tab", false);
  await page.goto(server.url + encodeURI("다른/"), { waitUntil: "networkidle" });
  assert.equal(await tab(page, 0, "Windows").getAttribute("aria-selected"), "true");
  assert.deepEqual(page.problems, []);
});

test("a link into a hidden panel opens it", { skip }, async (t) => {
  const page = await open(t);
  assert.equal(await tab(page, 0, "macOS").getAttribute("aria-selected"), "true");
  await page.goto(`${address()}#${encodeURIComponent("윈도에서-설치")}`);
  await targetInView(page);
  assert.equal(await page.getByRole("heading", { name: "윈도에서 설치" }).isVisible(), true);
  // From another page, too.
  await page.goto(server.url + encodeURI("다른/"), { waitUntil: "networkidle" });
  await page.getByRole("link", { name: "윈도", exact: true }).click();
  await page.waitForURL(/#/);
  await targetInView(page);
  assert.equal(await page.getByRole("heading", { name: "윈도에서 설치" }).isVisible(), true);
});

test("without JavaScript every panel is read under its title", { skip }, async (t) => {
  const page = await open(t, { javaScriptEnabled: false });
  for (const text of ["맥의 글", "윈도의 글"]) assert.equal(await group(page, 0).getByText(text).isVisible(), true);
  for (const title of ["macOS", "Windows"]) {
    assert.equal(await group(page, 0).locator(".tab-title", { hasText: title }).isVisible(), true);
  }
  assert.equal(await group(page, 2).getByText("pnpm i").isVisible(), true);
});

test("every panel is printed", { skip }, async (t) => {
  const page = await open(t);
  await page.emulateMedia({ media: "print" });
  for (const text of ["맥의 글", "윈도의 글"]) assert.equal(await group(page, 0).getByText(text).isVisible(), true);
  assert.equal(await group(page, 0).locator(".tab-list").isVisible(), false);
});

test("storage that is forbidden changes nothing else", { skip }, async (t) => {
  const page = await openPage(browser);
  t.after(() => page.context().close());
  await page.addInitScript(() => {
    Object.defineProperty(window, "localStorage", { get: () => { throw new DOMException("no", "SecurityError"); } });
  });
  await page.goto(address(), { waitUntil: "networkidle" });
  await tab(page, 0, "Windows").click();
  assert.equal(await group(page, 0).getByText("윈도의 글").isVisible(), true);
});

test("a callout's icon is there in both colour schemes", { skip }, async (t) => {
  for (const colorScheme of ["light", "dark"]) {
    const page = await open(t, { colorScheme });
    const mask = await page.locator(".callout-title").first().evaluate((it) => getComputedStyle(it, "::before").maskImage);
    assert.match(mask, /callouts-[0-9a-f]{8}\.svg/);
    assert.deepEqual(page.problems, []);
  }
});
