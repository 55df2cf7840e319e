/**
 * The door to search: the button, `/`, Ctrl/⌘ K and `?q=` open the dialog.
 *
 * This is all of search that a page loads. The first opening draws an empty dialog at once (a phone raises its keyboard
 * only for a field focused within the tap itself), starts the worker, and fetches the rest beside it.
 */

import { element } from "./element.js";

const korean = !document.documentElement.lang.toLowerCase().startsWith("en");

const words = korean
  ? {
      search: "검색",
      placeholder: "검색어를 입력하세요",
      close: "닫기",
      results: "검색 결과",
      keys: [["↑ ↓", "이동"], ["Enter", "열기"], ["Esc", "닫기"]],
      broken: "검색을 불러오지 못했습니다. 연결을 확인한 뒤 페이지를 새로 고쳐 주세요.",
    }
  : {
      search: "Search",
      placeholder: "Search these notes",
      close: "Close",
      results: "Search results",
      keys: [["↑ ↓", "move"], ["Enter", "open"], ["Esc", "close"]],
      broken: "Search could not be loaded. Check your connection, then reload the page.",
    };

/** @type {import("./search-dialog.js").Shell | undefined} */
let shell;

/** @returns {import("./search-dialog.js").Started} */
function startWorker() {
  const worker = new Worker(new URL("./search-worker.js", import.meta.url), { type: "module" });
  const started = { worker, failed: false };
  worker.addEventListener("error", () => (started.failed = true));
  return started;
}

/** @returns {import("./search-dialog.js").Shell} */
function build() {
  const input = element("input", {
    type: "search",
    class: "search-input",
    placeholder: words.placeholder,
    "aria-label": words.search,
    role: "combobox",
    "aria-expanded": "false",
    "aria-controls": "search-results",
    "aria-autocomplete": "list",
    "aria-haspopup": "listbox",
    autocomplete: "off",
    autocapitalize: "off",
    autocorrect: "off",
    spellcheck: "false",
    enterkeyhint: "go",
  });
  const close = element("button", { type: "button", class: "search-close" }, words.close);
  const form = element("form", { class: "search-form", role: "search" }, input, close);
  const notice = element("p", { class: "search-notice", hidden: true });
  const list = element("div", {
    id: "search-results",
    class: "search-results",
    role: "listbox",
    "aria-label": words.results,
  });
  const message = element("div", { class: "search-message" });
  const body = element("div", { class: "search-body" }, notice, list, message);
  const keys = element("p", { class: "search-keys", "aria-hidden": "true" });
  for (const [key, does] of words.keys) keys.append(element("kbd", {}, key), ` ${does} `);
  const status = element("p", { class: "search-status", role: "status", "aria-live": "polite" });
  const dialog = element("dialog", { class: "search", "aria-label": words.search }, form, body, keys, status);
  const made = { dialog, form, input, close, body, notice, list, message, keys, status, entered: "" };

  close.addEventListener("click", () => dialog.close());
  dialog.addEventListener("click", (event) => {
    // Only the backdrop is outside every child yet inside the dialog's event path as its target.
    if (event.target === dialog) dialog.close();
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    made.entered = input.value;
  });
  dialog.addEventListener("close", forgetQuery);
  fitToKeyboard(dialog);
  document.body.append(dialog);
  return made;
}

/**
 * Opens the dialog; the first time, also fetches what stands behind it.
 *
 * @param {string} [query] searched at once
 */
function open(query) {
  const first = !shell;
  shell ??= build();
  const { dialog, input, message } = shell;
  if (!dialog.open) dialog.showModal();
  input.focus();
  if (query !== undefined) input.value = query;
  else if (!first) input.select();

  if (first) {
    const started = startWorker();
    import("./search-dialog.js").then(
      (module) => module.attach(shell, started, startWorker),
      () => message.replaceChildren(element("p", { role: "alert" }, words.broken)),
    );
  }
}

/** Takes `?q=` out of the address once its dialog is closed, so that a reload does not open it again. */
function forgetQuery() {
  const address = new URL(location.href);
  if (!address.searchParams.has("q")) return;
  address.searchParams.delete("q");
  history.replaceState(history.state, "", address);
}

/**
 * Keeps a full-screen sheet above a phone's keyboard, which covers the page without resizing it.
 *
 * @param {HTMLDialogElement} dialog
 */
function fitToKeyboard(dialog) {
  const viewport = window.visualViewport;
  if (!viewport) return;
  const fit = () => dialog.style.setProperty("--search-height", `${Math.round(viewport.height)}px`);
  viewport.addEventListener("resize", fit);
  fit();
}

/** @param {EventTarget | null} target */
function isEditable(target) {
  return target instanceof HTMLElement && (target.isContentEditable || target.closest("input, textarea, select") !== null);
}

/**
 * Whether `event` is the key that types `letter` on a US keyboard. With a Korean layout `key` is `ㅏ` or `Process`, so the
 * place of the key decides, unless another Latin layout has put a different ASCII letter there.
 *
 * @param {KeyboardEvent} event
 * @param {string} letter
 * @param {string} code
 */
function isKey(event, letter, code) {
  if (event.key.toLowerCase() === letter) return true;
  return event.code === code && !event.shiftKey && !/^[!-~]$/.test(event.key);
}

/** @param {KeyboardEvent} event */
function onKey(event) {
  if (event.isComposing || event.altKey || event.defaultPrevented) return;
  const command = event.ctrlKey || event.metaKey;
  const wanted = command
    ? !event.shiftKey && isKey(event, "k", "KeyK")
    : isKey(event, "/", "Slash") && !isEditable(event.target);
  if (!wanted) return;
  event.preventDefault();
  open();
}

const buttons = document.querySelectorAll("[data-search-open]");
for (const button of buttons) {
  button.setAttribute("aria-haspopup", "dialog");
  button.addEventListener("click", () => open());
}
// A site without search has no button: its keys and addresses mean nothing to us.
if (buttons.length > 0) {
  document.addEventListener("keydown", onKey);
  const asked = new URLSearchParams(location.search).get("q");
  if (asked?.trim()) open(asked);
}
