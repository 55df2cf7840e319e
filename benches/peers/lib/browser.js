// Headless Chromium: a fresh reader for each query, who types it key by key.

import { chromium } from "playwright-core";

import { keystrokes } from "./keystrokes.js";

const FLAGS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-component-update"];

/** Milliseconds after which an answer is given up. */
const PATIENCE = 60_000;
/** Microseconds after which a task of the main thread delays a frame. */
const FRAME = 16_000;

export const launch = () =>
  chromium.launch({ executablePath: process.env.CHROMIUM || "/usr/bin/chromium", args: FLAGS, headless: true });

/**
 * @typedef {object} Driver how to search with an engine
 * @property {string} path the page that has it
 * @property {string} field selector of its field
 * @property {(() => void)} [prepare] runs in each page before its scripts
 * @property {string} [opener] selector of what shows the field
 */

/**
 * A page with an empty cache and nothing of search fetched, its field ready.
 *
 * @param {import("playwright-core").Browser} browser
 * @param {import("./server.js").Server} server
 * @param {Driver} driver
 */
export async function arrive(browser, server, driver) {
  const context = await browser.newContext({ locale: "ko-KR" });
  context.setDefaultTimeout(PATIENCE);
  const page = await context.newPage();
  if (driver.prepare) await page.addInitScript(driver.prepare);
  await page.goto(server.url + driver.path, { waitUntil: "networkidle" });
  const before = server.sent;
  if (driver.opener) await page.locator(driver.opener).first().click();
  await page.locator(driver.field).waitFor();
  return { page, before, leave: () => context.close() };
}

/**
 * Types one query with an empty cache, counting bytes, and again with everything there, taking times.
 *
 * @param {import("playwright-core").Browser} browser
 * @param {import("./server.js").Server} server
 * @param {Driver} driver
 * @param {string} query
 * @returns {Promise<{bytes: number[], times: number[], delays: number[]}>} bytes and milliseconds of each key; milliseconds of
 *   each task that delayed a frame
 */
export async function type(browser, server, driver, query) {
  const { page, before, leave } = await arrive(browser, server, driver);
  try {
    const keys = keystrokes(query);
    const bytes = [];
    let sent = before;
    for (const text of keys) {
      await press(page, driver.field, text);
      bytes.push(server.sent - sent);
      sent = server.sent;
    }
    await clear(page, driver.field);
    await browser.startTracing(page, { categories: ["toplevel"] });
    const times = [];
    for (const text of keys) times.push(await press(page, driver.field, text));
    const delays = delaysIn(JSON.parse(String(await browser.stopTracing())));
    return { bytes, times, delays };
  } finally {
    await leave();
  }
}

/**
 * One key: from the `input` event to the results in the document, in milliseconds. `window.answered` is called then.
 *
 * @param {import("playwright-core").Page} page
 * @param {string} field
 * @param {string} text
 */
function press(page, field, text) {
  return page.evaluate(
    ([field, text, patience]) =>
      new Promise((resolve, reject) => {
        setTimeout(() => reject(new Error(`no answer to ${text}`)), patience);
        const input = document.querySelector(field);
        const began = performance.now();
        window.answered = () => resolve(performance.now() - began);
        input.value = text;
        input.dispatchEvent(new InputEvent("input", { bubbles: true }));
      }),
    [field, text, PATIENCE],
  );
}

/**
 * @param {import("playwright-core").Page} page
 * @param {string} field
 */
function clear(page, field) {
  return page.evaluate((field) => {
    const input = document.querySelector(field);
    input.value = "";
    input.dispatchEvent(new InputEvent("input", { bubbles: true }));
  }, field);
}

/** Tasks of pages' main threads that were longer than a frame, in milliseconds. */
function delaysIn({ traceEvents }) {
  const threads = traceEvents.filter((event) => event.name === "thread_name" && event.args.name === "CrRendererMain");
  const main = new Set(threads.map(({ pid, tid }) => `${pid} ${tid}`));
  return traceEvents
    .filter((event) => event.name.endsWith("RunTask") && event.dur > FRAME && main.has(`${event.pid} ${event.tid}`))
    .map((event) => event.dur / 1000);
}
