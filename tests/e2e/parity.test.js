// `notes search` and the browser are the same engine: the same hits, in the same order, with the same scores.

import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";

import { launch, openPage } from "./lib/browser.js";
import { queriesFrom } from "./lib/queries.js";
import { serve } from "./lib/server.js";
import { assetName, buildFixture, buildSeeds, here, needsBinary, notes, shared, temporary } from "./lib/site.js";

let browser;
before(async () => (browser = needsBinary ? null : await launch()));
after(() => browser?.close());

/** Asks the worker directly, one query after another, from a page of the site. */
async function askBrowser(out, queries, fresh = false) {
  const server = await serve(out);
  const page = await openPage(browser);
  try {
    await page.goto(server.url);
    const script = `${server.url}assets/${await assetName(out, "search-worker")}`;
    return await page.evaluate(
      async ({ script, queries, fresh }) => {
        const start = () => new Worker(script, { type: "module" });
        let worker = start();
        const answers = [];
        for (const [id, query] of queries.entries()) {
          if (fresh && id > 0) {
            worker.terminate();
            worker = start();
          }
          answers.push(
            await new Promise((resolve) => {
              const stop = setTimeout(() => resolve({ error: "no answer in ten seconds" }), 10_000);
              worker.onmessage = ({ data }) => {
                if (data.id !== id || (data.type === "results" && !data.done)) return;
                clearTimeout(stop);
                resolve(data.type === "error" ? { error: data.message } : data);
              };
              worker.postMessage({ type: "search", id, query, limit: 10 });
            }),
          );
        }
        return answers;
      },
      { script, queries, fresh },
    );
  } finally {
    await page.context().close();
    await server.close();
  }
}

/** Asks the command line. */
async function askBinary(out, queries) {
  const file = join(await temporary(), "queries.jsonl");
  await writeFile(file, queries.map((query, id) => JSON.stringify({ id, query })).join("\n"));
  const { stdout } = await notes(["search", "--json", "--limit", "10", "--site", out, "--queries", file]);
  return stdout.trimEnd().split("\n").map((line) => JSON.parse(line));
}

async function compare(t, out, queries) {
  const [native, browsers] = await Promise.all([askBinary(out, queries), askBrowser(out, queries)]);
  assert.equal(native.length, queries.length);
  let answered = 0;
  for (const [index, query] of queries.entries()) {
    assert.equal(browsers[index].error, undefined, query);
    const [expected, actual] = [native[index].hits, browsers[index].hits];
    const places = (hits) => hits.map(({ url, anchor }) => `${url}#${anchor}`);
    assert.deepEqual(places(actual), places(expected), query);
    expected.forEach(({ score }, rank) => assert.ok(Math.abs(score - actual[rank].score) <= 1e-4, `${query}: ${score}, ${actual[rank].score}`));
    if (expected.length > 0) answered += 1;
  }
  assert.ok(answered > queries.length / 2, `${answered} of ${queries.length} answered: the comparison says little`);
  t.diagnostic(`${queries.length} queries, ${answered} with hits`);
}

describe("the command line and the browser agree", { skip: needsBinary }, () => {
  test("on our fixture site", async (t) => {
    const queries = await queriesFrom(join(here, "site"), 300);
    assert.ok(queries.length >= 200, `${queries.length}`);
    await compare(t, await buildFixture(await temporary()), queries);
  });

  test("on the seeds", { skip: !shared && "the shared material is not here" }, async (t) => {
    assert.ok(existsSync(join(shared, "seeds")));
    await compare(t, await buildSeeds(await temporary()), await queriesFrom(join(shared, "seeds"), 300));
  });
});

test("on the seeds, well-known words find their sections first or second", { skip: needsBinary || (!shared && "the shared material is not here") }, async (t) => {
  const wanted = { 가시성: /가시성/, 람다: /람다|lambda/i, 메시지: /메시지/, visibility: /visibility|가시성/i, CodeGuru: /codeguru/i };
  const answers = await askBrowser(await buildSeeds(await temporary()), Object.keys(wanted), true);
  for (const [index, [query, pattern]] of Object.entries(wanted).entries()) {
    const { error, hits, bytes, requests, micros } = answers[index];
    assert.equal(error, undefined, query);
    const texts = hits.slice(0, 2).map(({ title, heading, excerpt }) => [title, ...heading, (excerpt ?? []).map(([text]) => text).join("")].join(" "));
    t.diagnostic(`${query}: ${bytes} bytes, ${requests} requests, ${micros} µs; ${hits.slice(0, 2).map(({ url, anchor }) => `${url}#${anchor}`).join(" ")}`);
    assert.ok(texts.some((text) => pattern.test(text)), `${query}: ${texts.join(" | ")}`);
  }
});
