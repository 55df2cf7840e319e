/**
 * The search dialog at work, fetched when search is first used.
 *
 * Every `input` event asks the worker, composing or not (phone keyboards compose every word); answers to older questions
 * are dropped by number. Keys that an IME is using are left to it.
 */

import { element } from "./element.js";
import { makeFilters } from "./search-filters.js";
import { showHits, updateExcerpts } from "./search-results.js";
import { forgetRecent, readRecent, remember } from "./search-recent.js";
import { words } from "./search-words.js";

/**
 * The dialog's parts, in the order a reader meets them.
 *
 * @typedef {object} Shell
 * @property {HTMLDialogElement} dialog
 * @property {HTMLFormElement} form
 * @property {HTMLInputElement} input   never re-created and never written to while an IME composes in it
 * @property {HTMLButtonElement} close
 * @property {HTMLElement} body         what scrolls
 * @property {HTMLElement} notice       one line above the results
 * @property {HTMLElement} list         the listbox
 * @property {HTMLElement} message      hints, empty and error states
 * @property {HTMLElement} keys         what the keys do
 * @property {HTMLElement} status       what a screen reader is told
 * @property {string} entered           what Enter was pressed on before the rest of search was there
 */

/**
 * A worker that may have failed before anyone listened.
 *
 * @typedef {{worker: Worker, failed: boolean}} Started
 */

/** Results shown for one query. */
const LIMIT = 10;
/** Milliseconds without an answer after which the reader is told that search is getting ready. */
const PATIENCE = 400;
/** Milliseconds the results must stand still before a screen reader is told their number. */
const QUIET = 500;

/**
 * Brings the dialog to life.
 *
 * @param {Shell} shell
 * @param {Started} started the worker, already fetching
 * @param {() => Started} startWorker makes another when this one is lost
 */
export function attach(shell, started, startWorker) {
  const { dialog, form, input, body, notice, list, message, status } = shell;

  /** Number of the newest question; answers to others are stale. */
  let asked = 0;
  /** The newest question. */
  let query = "";
  /** The question whose hits are on the screen, if they are hits. */
  let shown = "";
  /** Whether the newest question is fully answered. */
  let settled = true;
  /** Whether the reader moved the selection since the newest question. */
  let moved = false;
  /** How to open the best hit as soon as there is one: Enter came before the answer did. */
  let awaited = /** @type {null | {newTab: boolean}} */ (null);
  let composing = false;
  let patience = 0;
  let quiet = 0;
  /** The menus of filters, once they are known. */
  let filters = /** @type {ReturnType<typeof makeFilters>} */ (null);

  // ---- Asking and answering ------------------------------------------------------------------------------------------

  function ask() {
    query = input.value.normalize("NFC").trim();
    filters?.sync();
    asked += 1;
    awaited = null;
    moved = false;
    clearTimeout(patience);
    if (query === "") {
      settled = true;
      showStart();
      return;
    }
    settled = false;
    patience = setTimeout(showWaiting, PATIENCE);
    if (started.failed) startAgain();
    started.worker.postMessage({ type: "search", id: asked, query, limit: LIMIT });
  }

  function listen() {
    started.worker.addEventListener("message", ({ data }) => {
      if (data.type === "facets") return offerFilters(data.facets);
      if (data.id !== asked) return;
      if (data.type === "results") answer(data);
      else if (data.type === "error") fail(data.reason ?? "engine", data.message);
    });
    started.worker.addEventListener("error", () => {
      if (query !== "" && !settled) fail("network", "");
    });
  }

  function startAgain() {
    started.worker.terminate();
    started = startWorker();
    listen();
  }

  /** @param {import("./search-filters.js").Facet[]} facets */
  function offerFilters(facets) {
    filters ??= makeFilters(facets, input, () => {
      ask();
      input.focus();
    });
    if (filters && !filters.row.isConnected) form.after(filters.row);
  }

  /**
   * What was searched instead of what was typed, with the way back to it.
   *
   * @param {[string, string][]} corrections typed and searched
   * @param {boolean} relaxed whether a phrase or filter was passed over
   */
  function tellInstead(corrections, relaxed) {
    notice.hidden = corrections.length === 0 && !relaxed;
    notice.replaceChildren();
    if (relaxed) notice.append(words.relaxed, " ");
    if (corrections.length === 0) return;
    const literal = element("button", { type: "button" }, words.literal(corrections.map(([typed]) => typed)));
    literal.addEventListener("click", () => {
      for (const [typed] of corrections) input.value = input.value.replace(typed, `"${typed}"`);
      input.focus();
      ask();
    });
    notice.append(words.corrected(corrections.map(([, read]) => read)), " ", literal);
  }

  /** @param {{hits: import("./search-results.js").Hit[], done: boolean, corrections?: [string, string][], relaxed?: boolean}} answered */
  function answer({ hits, done, corrections = [], relaxed = false }) {
    clearTimeout(patience);
    settled = done;
    if (hits.length > 0) tellInstead(corrections, relaxed);
    else notice.hidden = true;
    if (hits.length > 0) {
      const key = moved ? selected()?.dataset.key : undefined;
      message.replaceChildren();
      if (shown !== query || !updateExcerpts(list, hits, done)) {
        showHits(list, hits, done);
        if (shown !== query) body.scrollTop = 0;
      }
      shown = query;
      input.setAttribute("aria-expanded", "true");
      select(options().find((option) => option.dataset.key === key) ?? options()[0]);
    } else if (done) {
      showNothing();
    }
    if (done) {
      announce(hits.length > 0 ? words.count(hits.length, new Set(hits.map((hit) => hit.url)).size) : words.none(query));
      if (awaited && hits.length > 0) openHit(options()[0], awaited.newTab);
      awaited = null;
    }
  }

  /**
   * @param {string} reason `network`, `corrupt`, `trap` or `engine`
   * @param {string} detail what exactly, for whoever looks after the site
   */
  function fail(reason, detail) {
    clearTimeout(patience);
    settled = true;
    awaited = null;
    if (shown !== query) clearList();
    const offline = reason === "network" && !navigator.onLine;
    const said = offline ? words.offline : (words.failures[reason] ?? words.failures.engine);
    const again = element("button", { type: "button" }, words.again);
    again.addEventListener("click", () => {
      input.focus();
      startAgain();
      ask();
    });
    message.replaceChildren(
      element("p", { class: "search-message-title" }, said.title),
      element("p", {}, said.advice),
      ...(detail ? [element("p", { class: "search-detail" }, detail)] : []),
      again,
    );
    announce(`${said.title} ${said.advice}`);
  }

  // ---- What stands in the list ---------------------------------------------------------------------------------------

  function clearList() {
    shown = "";
    list.replaceChildren();
    notice.hidden = true;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  }

  /** Nothing typed yet: recent searches, or what one may type. */
  function showStart() {
    clearList();
    status.textContent = "";
    clearTimeout(quiet);
    const recent = readRecent();
    if (recent.length === 0) {
      message.replaceChildren(
        element("p", { class: "search-message-title" }, words.startTitle),
        element("ul", {}, ...words.startHints.map((hint) => element("li", {}, hint))),
      );
      return;
    }
    const group = element("div", { role: "group", "aria-label": words.recent, class: "search-group" });
    group.append(element("div", { class: "search-page", role: "presentation" }, words.recent));
    recent.forEach((past, index) => {
      const option = element("div", { role: "option", id: `search-recent-${index}`, class: "search-recent" }, past);
      option.setAttribute("aria-selected", "false");
      option.dataset.recent = past;
      group.append(option);
    });
    list.replaceChildren(group);
    input.setAttribute("aria-expanded", "true");
    const forget = element("button", { type: "button" }, words.forget);
    forget.addEventListener("click", () => {
      forgetRecent();
      input.focus();
      showStart();
    });
    message.replaceChildren(forget);
  }

  function showWaiting() {
    if (shown !== "" && list.childElementCount > 0) return;
    clearList();
    message.replaceChildren(element("p", {}, words.waiting));
    announce(words.waiting);
  }

  function showNothing() {
    clearList();
    message.replaceChildren(
      element("p", { class: "search-message-title" }, words.none(query)),
      element("ul", {}, ...words.noneHints.map((hint) => element("li", {}, hint))),
    );
  }

  /** @param {string} text told once the reader pauses, not at every key */
  function announce(text) {
    clearTimeout(quiet);
    quiet = setTimeout(() => (status.textContent = text), QUIET);
  }

  // ---- Selecting and opening -----------------------------------------------------------------------------------------

  /** @returns {HTMLElement[]} */
  function options() {
    return [...list.querySelectorAll('[role="option"]')];
  }

  /** @returns {HTMLElement | null} */
  function selected() {
    return list.querySelector('[role="option"][aria-selected="true"]');
  }

  /** @param {HTMLElement | undefined} option */
  function select(option) {
    const before = selected();
    if (before === option) return;
    before?.setAttribute("aria-selected", "false");
    if (!option) {
      input.removeAttribute("aria-activedescendant");
      return;
    }
    option.setAttribute("aria-selected", "true");
    input.setAttribute("aria-activedescendant", option.id);
  }

  /** @param {number} step */
  function move(step) {
    const all = options();
    if (all.length === 0) return;
    const at = all.indexOf(selected());
    const next = all[at < 0 ? (step > 0 ? 0 : all.length - 1) : (at + step + all.length) % all.length];
    moved = true;
    select(next);
    // The first hit brings its page's title into view with it.
    if (next === all[0]) body.scrollTop = 0;
    else next.scrollIntoView({ block: "nearest" });
  }

  /**
   * @param {HTMLElement | null | undefined} option
   * @param {boolean} newTab
   */
  function openHit(option, newTab) {
    if (!(option instanceof HTMLAnchorElement)) return;
    remember(query);
    if (newTab) {
      window.open(option.href, "_blank", "noopener");
      return;
    }
    leave(option);
    location.assign(option.href);
  }

  /**
   * Closes the dialog before the browser follows a link, so that a heading on this very page comes into view.
   *
   * @param {HTMLAnchorElement} link
   */
  function leave(link) {
    const target = new URL(link.href);
    dialog.close();
    // The heading, not the button that opened the dialog, is where reading and tabbing go on.
    if (target.pathname === location.pathname) document.activeElement?.blur();
  }

  /** @param {string} past */
  function repeat(past) {
    input.value = past;
    input.focus();
    ask();
  }

  /** @param {boolean} newTab */
  function enter(newTab) {
    const option = selected();
    if (option?.dataset.recent !== undefined) repeat(option.dataset.recent);
    else if (query === "") return;
    else if (shown === query && option) openHit(option, newTab);
    else if (!settled) awaited = { newTab };
  }

  // ---- Keys and pointer ----------------------------------------------------------------------------------------------

  // Safari sends compositionend before the keydown that ended the composition: stay composing until the next task.
  input.addEventListener("compositionstart", () => (composing = true));
  input.addEventListener("compositionend", () => setTimeout(() => (composing = false), 0));

  /** @param {KeyboardEvent} event */
  const isComposing = (event) => composing || event.isComposing || event.keyCode === 229;

  input.addEventListener("input", ask);

  dialog.addEventListener("keydown", (event) => {
    if (isComposing(event)) {
      // Escape ends the composition, not the search.
      if (event.key === "Escape" || event.code === "Escape") event.preventDefault();
      return;
    }
    if (event.key === "Escape") {
      event.preventDefault();
      dialog.close();
    } else if (event.key === "Tab") {
      stayInside(event);
    } else if (event.target !== input || event.altKey) {
      return;
    } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      move(event.key === "ArrowDown" ? 1 : -1);
    } else if (event.key === "Enter") {
      event.preventDefault();
      enter(event.ctrlKey || event.metaKey);
    } else if (event.key === "Delete" && selected()?.dataset.recent !== undefined) {
      event.preventDefault();
      forgetRecent(selected().dataset.recent);
      showStart();
    }
  });

  // A phone's "go" key may submit without a keydown of its own.
  form.addEventListener("submit", () => {
    if (!composing) enter(false);
  });

  dialog.addEventListener("cancel", (event) => {
    if (composing) event.preventDefault();
  });

  /** @param {KeyboardEvent} event Tab goes round within the dialog */
  function stayInside(event) {
    const stops = [...dialog.querySelectorAll("input, select, button")].filter((stop) => stop.getClientRects().length > 0);
    const edge = event.shiftKey ? stops[0] : stops[stops.length - 1];
    if (document.activeElement !== edge) return;
    event.preventDefault();
    (event.shiftKey ? stops[stops.length - 1] : stops[0]).focus();
  }

  /** @param {Event} event */
  const optionAt = (event) =>
    /** @type {HTMLElement | null} */ (event.target instanceof Element ? event.target.closest('[role="option"]') : null);

  // Move, not enter: a list scrolling under a still pointer must not steal the selection.
  list.addEventListener("pointermove", (event) => {
    const option = optionAt(event);
    if (!option || event.pointerType !== "mouse" || option === selected()) return;
    moved = true;
    select(option);
  });

  list.addEventListener("click", (event) => {
    const option = optionAt(event);
    if (!option) return;
    if (option.dataset.recent !== undefined) {
      repeat(option.dataset.recent);
      return;
    }
    remember(shown);
    const elsewhere = event.ctrlKey || event.metaKey || event.shiftKey;
    if (option instanceof HTMLAnchorElement && !elsewhere) leave(option);
  });

  dialog.addEventListener("close", () => {
    awaited = null;
    status.textContent = "";
  });

  // Reopened with an empty field: what was searched meanwhile is recent now.
  new MutationObserver(() => {
    if (dialog.open && input.value === "") showStart();
  }).observe(dialog, { attributeFilter: ["open"] });

  listen();
  // Before there are hits that the menus would push down.
  started.worker.postMessage({ type: "facets" });
  ask();
  if (shell.entered !== "" && shell.entered === input.value) enter(false);
}
