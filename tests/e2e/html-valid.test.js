// Every published page is valid HTML (html-validate): our own sites wholly, and real notes in all that is ours.
//
// Authors write HTML into their notes, right or wrong, and it is published as it is. What is ours is told apart by building
// real notes with `[markdown] html = "escape"`, which shows their HTML as text: whatever is still wrong, we made.
// With NOTES_SLOW=1 the notes are also built as they are, and what their authors' HTML gets wrong is counted.

import assert from "node:assert/strict";
import { cp, mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import { describe, test } from "node:test";

import { HtmlValidate, StaticConfigLoader } from "html-validate";

import { buildFixture, needsBinary, notes, repository, shared, temporary } from "./lib/site.js";

const validator = new HtmlValidate(
  new StaticConfigLoader({
    root: true,
    // All of the standard and of accessibility that can be told from the page alone.
    extends: ["html-validate:recommended"],
    rules: {
      // Style: HTML takes either, and the specifications of CommonMark and GFM write `<br />`, `disabled=""`.
      "void-style": "off",
      "attribute-boolean-style": "off",
      "attribute-empty-style": "off",
      "doctype-style": "off",
      // Authors' text, code above all, ends its lines as it likes.
      "no-trailing-whitespace": "off",
      // HTML takes any id without white space; ours keep Hangul and may begin with a number, as headings do.
      "valid-id": ["error", { relaxed: true }],
      // HTML takes a bare `&` that begins no reference.
      "no-raw-characters": ["error", { relaxed: true }],
      // What authors decide: how long a title is, which levels headings have, how a telephone number is broken.
      "long-title": "off",
      "heading-level": "off",
      "tel-non-breaking": "off",
    },
  }),
);

/** All files below `folder` whose name `wanted` takes, in order. */
async function files(folder, wanted) {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && wanted(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

/** What is wrong in the pages of the site `out`: `{ rule, text }` for each finding. */
async function findings(out) {
  const found = [];
  const pages = await files(out, (name) => name.endsWith(".html"));
  assert.ok(pages.length > 1, `no pages in ${out}`);
  for (const page of pages) {
    const report = await validator.validateString(await readFile(page, "utf8"), page);
    for (const { messages } of report.results) {
      for (const { ruleId, line, column, message, selector } of messages) {
        found.push({ rule: ruleId, text: `${relative(out, page)}:${line}:${column} ${message} [${selector}] (${ruleId})` });
      }
    }
  }
  return found;
}

/** How often each rule was broken: `3 close-order, 1 no-dup-id`. */
function counts(found) {
  const counted = new Map();
  for (const { rule } of found) counted.set(rule, (counted.get(rule) ?? 0) + 1);
  return [...counted].sort((a, b) => b[1] - a[1]).map(([rule, count]) => `${count} ${rule}`).join(", ");
}

function assertNone(found) {
  const first = found.slice(0, 20).map(({ text }) => text).join("\n");
  assert.equal(found.length, 0, `${counts(found)}\n${first}`);
}

describe("every page of our own sites is valid HTML", { skip: needsBinary }, () => {
  test("the fixture", async () => assertNone(await findings(await buildFixture(await temporary()))));

  test("the manual and the study notes", async () => {
    const out = join(await temporary(), "public");
    await notes(["build", "--root", repository, "--out", out, "--no-cache"]);
    assertNone(await findings(out));
  });
});

/** The seeds and corpora: name, folder, and of how many notes one is taken. */
async function corpora() {
  if (shared === null) return [];
  const found = [["seeds", join(shared, "seeds"), 1]];
  for (const entry of await readdir(join(shared, "corpora"), { withFileTypes: true })) {
    if (entry.isDirectory()) found.push([entry.name, join(shared, "corpora", entry.name), entry.name === "cpp-docs-ko" ? 40 : 1]);
  }
  return found.sort();
}

/** Builds the notes of `folder`, every `step`th, with what `configuration` says; the published folder. */
async function build(folder, step, configuration) {
  const root = join(await temporary(), "site");
  const wanted = (await files(folder, (name) => /\.(md|mdx|markdown)$/i.test(name))).filter((_, index) => index % step === 0);
  for (const path of wanted) {
    const copy = join(root, "content", relative(folder, path));
    await mkdir(dirname(copy), { recursive: true });
    await cp(path, copy);
  }
  await writeFile(join(root, "notes.toml"), `${configuration}\n[search]\nenabled = false\n`);
  const out = join(root, "public");
  await notes(["build", "--root", root, "--out", out, "--no-cache"]);
  return out;
}

describe("what we make of real notes is valid HTML", { skip: needsBinary || (shared === null && "no shared notes") }, async () => {
  for (const [name, folder, step] of await corpora()) {
    test(name, async (t) => {
      const ours = await findings(await build(folder, step, '[markdown]\nhtml = "escape"'));
      if (process.env.NOTES_SLOW) {
        const all = await findings(await build(folder, step, ""));
        t.diagnostic(`${name}: with the authors' own HTML ${all.length}: ${counts(all) || "nothing"}`);
      }
      // `[](address)` is a link without words because its author gave it none.
      assertNone(ours.filter(({ rule, text }) => !(rule === "wcag/h30" && !/(aside|nav|header|footer) >/.test(text))));
    });
  }
});
