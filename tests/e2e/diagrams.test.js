// Diagrams in a real browser: shown under a strict policy, the one that fits the screen, and on a phone within the page.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { launch, openPage, PHONE } from "./lib/browser.js";
import { serve } from "./lib/server.js";
import { buildNotes, needsBinary } from "./lib/site.js";

const NOTE = `# 주문

\`\`\`mermaid title="주문이 처리되는 순서"
flowchart LR
  가[주문서를 쓴다] --> 나{재고가 있는가?}
  나 -->|있음| 다[결제를 요청한다] --> 라[(데이터베이스)] --> 마[배송을 준비한다] --> 바([끝])
  나 -->|없음| 사[품절을 알린다]
\`\`\`

\`\`\`mermaid
stateDiagram-v2
  [*] --> 대기
  대기 --> 실행중 : 시작 요청
\`\`\`
`;

let browser;
let server;

before(async () => {
  if (needsBinary) return;
  server = await serve(await buildNotes({ "주문.md": NOTE }));
  browser = await launch();
});
after(async () => {
  await browser?.close();
  await server?.close();
});

/** The diagrams' images that are shown, loaded: class, size as drawn, size as shown. */
const shown = (page) =>
  page.evaluate(async () => {
    const images = [...document.querySelectorAll("figure.diagram img")].filter((it) => it.checkVisibility());
    for (const image of images) {
      image.loading = "eager";
      await image.decode();
    }
    return images.map((it) => ({
      kind: it.className,
      natural: it.naturalWidth,
      width: Math.round(it.getBoundingClientRect().width),
      wide: it.parentElement.scrollWidth > it.parentElement.clientWidth,
    }));
  });

/** Brightness of the middle of the left edge of an image's file, and whether it has any other colour. */
const colours = (page) =>
  page.evaluate(async () => {
    const image = [...document.querySelectorAll("figure.diagram img")].find((it) => it.checkVisibility());
    await image.decode();
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [image.naturalWidth, image.naturalHeight];
    const context = canvas.getContext("2d");
    context.drawImage(image, 0, 0);
    const { data } = context.getImageData(0, 0, canvas.width, canvas.height);
    const kinds = new Set();
    for (let at = 0; at < data.length; at += 4) kinds.add(`${data[at]},${data[at + 1]},${data[at + 2]}`);
    return { background: data[0], many: kinds.size > 20 };
  });

for (const [scheme, kind] of [
  ["light", "diagram-light"],
  ["dark", "diagram-dark"],
]) {
  test(`a ${scheme} screen shows the ${scheme} drawing and the policy blocks nothing of it`, { skip: needsBinary }, async (t) => {
    const page = await openPage(browser, { colorScheme: scheme });
    t.after(() => page.context().close());
    await page.goto(`${server.url}${encodeURI("주문/")}`, { waitUntil: "networkidle" });
    const images = await shown(page);
    assert.deepEqual(images.map((it) => it.kind), [kind, kind]);
    assert.ok(images.every((it) => it.natural > 50 && it.width > 50));
    const { background, many } = await colours(page);
    assert.ok(scheme === "light" ? background > 240 : background < 40, `${background}`);
    assert.ok(many, "the drawing has its colours");
    assert.deepEqual(page.problems, []);
  });
}

test("on a phone a wide drawing scrolls within its figure and the page does not", { skip: needsBinary }, async (t) => {
  const page = await openPage(browser, PHONE);
  t.after(() => page.context().close());
  await page.goto(`${server.url}${encodeURI("주문/")}`, { waitUntil: "networkidle" });
  const [wide, narrow] = await shown(page);
  assert.ok(wide.wide && wide.width > 500, JSON.stringify(wide));
  assert.ok(!narrow.wide, JSON.stringify(narrow));
  assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), PHONE.viewport.width);
});
