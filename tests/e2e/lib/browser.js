// Headless Chromium, pages that remember everything they complained about, and fingers: keys, Korean layout, IME.

import { existsSync } from "node:fs";
import { chromium } from "playwright-core";

const FLAGS = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** Starts a browser with a profile of its own, which goes when it closes. */
export function launch() {
  const executablePath = process.env.CHROMIUM || "/usr/bin/chromium";
  if (!existsSync(executablePath)) {
    throw new Error(`${executablePath} is not there: install Chromium, or name it in the environment variable CHROMIUM`);
  }
  return chromium.launch({ executablePath, args: FLAGS, headless: true });
}

/**
 * A fresh page in a context of its own. `page.problems` collects console errors, uncaught errors and violations of the
 * Content-Security-Policy.
 *
 * @param {import("playwright-core").Browser} browser
 * @param {import("playwright-core").BrowserContextOptions} [options]
 */
export async function openPage(browser, options = {}) {
  const context = await browser.newContext({ locale: "ko-KR", viewport: { width: 1280, height: 800 }, ...options });
  context.setDefaultTimeout(10_000);
  const page = await context.newPage();
  page.problems = [];
  page.on("console", (message) => {
    if (message.type() === "error") page.problems.push(`${message.text()} (${message.location().url})`);
  });
  page.on("pageerror", (error) => page.problems.push(String(error)));
  await page.addInitScript(() => {
    addEventListener("securitypolicyviolation", (event) =>
      console.error(`CSP: ${event.effectiveDirective} blocks ${event.blockedURI || event.sample}`),
    );
  });
  return page;
}

export const PHONE = { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, isMobile: true, hasTouch: true };

/** @param {import("playwright-core").Page} page */
export const dialog = (page) => page.locator("dialog.search");
/** @param {import("playwright-core").Page} page */
export const field = (page) => page.locator("dialog.search input");
/** @param {import("playwright-core").Page} page */
export const hits = (page) => page.locator("dialog.search a[role=option]");
/** @param {import("playwright-core").Page} page */
export const selected = (page) => page.locator("dialog.search [role=option][aria-selected=true]");

/**
 * Opens the dialog from the button and types `query`; waits for hits.
 *
 * @param {import("playwright-core").Page} page
 * @param {string} query
 */
export async function search(page, query) {
  await page.locator("[data-search-open]").first().click();
  await field(page).fill(query);
  await hits(page).first().waitFor();
}

/**
 * Waits until the browser shows the element that the address's fragment names.
 *
 * @param {import("playwright-core").Page} page
 */
export async function targetInView(page) {
  await page.waitForLoadState();
  await page.waitForFunction(() => {
    const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (!target) return false;
    const { top, bottom } = target.getBoundingClientRect();
    return top > -1 && bottom <= innerHeight;
  });
}

/**
 * The keyboard as an IME uses it, through the DevTools protocol.
 *
 * @param {import("playwright-core").Page} page
 */
export async function inputMethod(page) {
  const devtools = await page.context().newCDPSession(page);
  return {
    /** Shows `text` under composition, in the place of what was. */
    compose: (text) =>
      devtools.send("Input.imeSetComposition", { text, selectionStart: text.length, selectionEnd: text.length }),
    /** Ends the composition with `text`. */
    commit: (text) => devtools.send("Input.insertText", { text }),
    /** A key as the IME sees it first: code 229. */
    process: async (code) => {
      const event = { key: "Process", code, windowsVirtualKeyCode: 229, nativeVirtualKeyCode: 229 };
      await devtools.send("Input.dispatchKeyEvent", { type: "rawKeyDown", ...event });
      await devtools.send("Input.dispatchKeyEvent", { type: "keyUp", ...event });
    },
    /** A key with its own virtual code, pressed whether composing or not. */
    press: async (key, code, virtual, modifiers = 0) => {
      const event = { key, code, windowsVirtualKeyCode: virtual, nativeVirtualKeyCode: virtual, modifiers };
      await devtools.send("Input.dispatchKeyEvent", { type: "rawKeyDown", ...event });
      await devtools.send("Input.dispatchKeyEvent", { type: "keyUp", ...event });
    },
  };
}
