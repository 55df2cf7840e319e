/**
 * Live reload, given out by `notes serve --watch` only.
 *
 * Listens to the server's events: `hello` (its build's id), `reload`, `css`, `error` (a note that could not be built) and
 * `ok`. A reload comes back to the same place with the same details open; an error is laid over the page. The server gives
 * this file out alone, beside no other asset: it imports nothing.
 */

/** What the server says of an error: where in which note, and what to do. */
/** @typedef {{message: string, file?: string, line?: number, column?: number, source_line?: string, hint?: string}} Problem */

const EVENTS = "/__notes/events";
const PLACE = "notes:reload";
/** Milliseconds before the first and the longest wait for a server that went away. */
const SHORTEST = 500;
const LONGEST = 10_000;

const korean = !document.documentElement.lang.toLowerCase().startsWith("en");
const words = korean
  ? { title: "문서를 만들지 못했습니다", hint: "도움말", close: "닫기 (Esc)" }
  : { title: "The site could not be built", hint: "Hint", close: "Close (Esc)" };

// ---- Coming back to the same place -----------------------------------------------------------------------------------

function reload() {
  const open = [...document.querySelectorAll("details")].map((details) => details.open);
  const place = { path: location.pathname, x: scrollX, y: scrollY, open };
  try {
    sessionStorage.setItem(PLACE, JSON.stringify(place));
  } catch {
    // Without storage the page reloads all the same, only at its top.
  }
  location.reload();
}

function restore() {
  try {
    const kept = sessionStorage.getItem(PLACE);
    if (!kept) return;
    sessionStorage.removeItem(PLACE);
    const place = JSON.parse(kept);
    if (place.path !== location.pathname) return;
    document.querySelectorAll("details").forEach((details, index) => {
      if (typeof place.open[index] === "boolean") details.open = place.open[index];
    });
    const back = () => scrollTo({ left: place.x, top: place.y, behavior: "instant" });
    back();
    // Pictures that come later change the page's height.
    if (document.readyState !== "complete") addEventListener("load", back, { once: true });
  } catch {
    // A place that cannot be read is no place.
  }
}

/**
 * Swaps each style sheet of ours for the one the page names now: a fingerprinted sheet that changed has another name. The
 * old one goes when the new one is there, so nothing flickers.
 */
async function swapStyles() {
  // Seen: the build that this page shows is the newest again, whatever its id.
  build = "";
  try {
    const page = new DOMParser().parseFromString(await (await fetch(location.href, { cache: "no-store" })).text(), "text/html");
    const sheets = 'link[rel="stylesheet"]';
    const [olds, news] = [[...document.querySelectorAll(sheets)], [...page.querySelectorAll(sheets)]];
    if (olds.length !== news.length) throw new Error("the page has other sheets");
    olds.forEach((old, index) => {
      const address = new URL(news[index].getAttribute("href") ?? "", document.baseURI);
      if (address.origin !== location.origin) return;
      address.searchParams.set("reload", Date.now().toString());
      const fresh = /** @type {HTMLLinkElement} */ (old.cloneNode());
      fresh.href = address.href;
      fresh.addEventListener("load", () => old.remove(), { once: true });
      fresh.addEventListener("error", reload, { once: true });
      old.after(fresh);
    });
  } catch {
    reload();
  }
}

// ---- The overlay -----------------------------------------------------------------------------------------------------

const OVERLAY = `
  :host { all: initial; position: fixed; inset: 0; z-index: 2147483647; display: grid; place-items: center;
    padding: 1rem; background: rgb(0 0 0 / 55%); }
  section { box-sizing: border-box; inline-size: min(52rem, 100%); max-block-size: 100%; padding: 1.25rem 1.5rem;
    border-block-start: 4px solid #d92d20; border-radius: 0.5rem; background: #1f2023; color: #f2f2f2;
    font: 1rem/1.6 system-ui, sans-serif; overflow: auto; overflow-wrap: anywhere; }
  h2 { margin: 0 0 0.5rem; font-size: 1rem; color: #ff9d94; }
  p { margin: 0 0 0.75rem; white-space: pre-wrap; }
  pre { margin: 0 0 0.75rem; padding: 0.75rem; border-radius: 0.25rem; background: #101114;
    font: 0.875rem/1.6 ui-monospace, monospace; overflow-x: auto; overflow-wrap: normal; }
  .place { color: #b9bdc4; font: 0.875rem/1.6 ui-monospace, monospace; }
  .caret { text-decoration: underline wavy #ff9d94; text-underline-offset: 0.25em; }
  button { padding: 0.25rem 0.75rem; border: 1px solid #666; border-radius: 0.25rem; background: none; color: inherit;
    font: inherit; cursor: pointer; }
`;

/** @type {HTMLElement | null} */
let overlay = null;

/**
 * Makes an element; text is always a text node.
 *
 * @param {string} name
 * @param {Record<string, string>} [attributes]
 * @param {...(Node | string)} children
 */
function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

function hideProblem() {
  overlay?.remove();
  overlay = null;
}

/** @param {Problem} problem */
function showProblem(problem) {
  hideProblem();
  overlay = element("div", { class: "notes-overlay" });
  const root = overlay.attachShadow({ mode: "open" });
  // A constructed sheet: a style element would break the page's Content-Security-Policy.
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(OVERLAY);
  root.adoptedStyleSheets = [sheet];

  const panel = element("section", { role: "alertdialog", "aria-label": words.title, tabindex: "-1" });
  panel.append(element("h2", {}, words.title));
  const place = [problem.file, problem.line, problem.column].filter((part) => part !== undefined && part !== null);
  if (place.length > 0) panel.append(element("p", { class: "place" }, place.join(":")));
  panel.append(element("p", { class: "message" }, problem.message));
  if (problem.source_line) panel.append(sourceLine(problem.source_line, problem.column));
  if (problem.hint) panel.append(element("p", {}, `${words.hint}: ${problem.hint}`));
  const close = element("button", { type: "button" }, words.close);
  close.addEventListener("click", hideProblem);
  panel.append(close);
  root.append(panel);
  document.body.append(overlay);
  panel.focus();
}

/**
 * The offending line with its character underlined.
 *
 * @param {string} line
 * @param {number | undefined} column in characters, from 1
 */
function sourceLine(line, column) {
  const pre = element("pre");
  const characters = [...line];
  const at = (column ?? 0) - 1;
  if (at < 0 || at >= characters.length) {
    pre.append(line);
    return pre;
  }
  pre.append(
    characters.slice(0, at).join(""),
    element("span", { class: "caret" }, characters[at]),
    characters.slice(at + 1).join(""),
  );
  return pre;
}

addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || event.isComposing || !overlay) return;
  event.preventDefault();
  hideProblem();
});

// ---- The server's events ---------------------------------------------------------------------------------------------

/** The build this page came from, as far as the server has said. */
let build = "";
let wait = SHORTEST;

/** @param {string} id */
function hello(id) {
  if (build !== "" && id !== "" && id !== build) reload();
  build ||= id;
  // A problem that is still there is told right after.
  hideProblem();
}

/** @param {string} data */
function parse(data) {
  try {
    return JSON.parse(data);
  } catch {
    return { message: data };
  }
}

function connect() {
  const events = new EventSource(EVENTS);
  events.addEventListener("open", () => (wait = SHORTEST));
  events.addEventListener("hello", (event) => hello(event.data));
  events.addEventListener("reload", reload);
  events.addEventListener("css", swapStyles);
  events.addEventListener("ok", hideProblem);
  events.addEventListener("error", (event) => {
    // The server's own "error" events carry data; the connection's do not.
    if (event instanceof MessageEvent) {
      showProblem(parse(event.data));
      return;
    }
    events.close();
    setTimeout(connect, wait);
    wait = Math.min(wait * 2, LONGEST);
  });
  addEventListener("pagehide", () => events.close(), { once: true });
  addEventListener("pageshow", (event) => event.persisted && connect(), { once: true });
}

restore();
connect();
