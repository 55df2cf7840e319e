/** Recent searches: kept in this browser only, for this site only (two sites may share an origin). */

const KEY = `notes:recent:${new URL("../", import.meta.url).pathname}`;
const KEPT = 8;

/** @returns {string[]} newest first; none where the browser keeps nothing */
export function readRecent() {
  try {
    const kept = JSON.parse(localStorage.getItem(KEY) ?? "[]");
    return Array.isArray(kept) ? kept.filter((past) => typeof past === "string").slice(0, KEPT) : [];
  } catch {
    return [];
  }
}

/** @param {string[]} recent */
function write(recent) {
  try {
    if (recent.length > 0) localStorage.setItem(KEY, JSON.stringify(recent));
    else localStorage.removeItem(KEY);
  } catch {
    // Private windows and full disks: search works, it only remembers nothing.
  }
}

/** @param {string} query a query whose result was opened */
export function remember(query) {
  if (query === "") return;
  write([query, ...readRecent().filter((past) => past !== query)].slice(0, KEPT));
}

/** @param {string} [query] this one only; all where it is left out */
export function forgetRecent(query) {
  write(query === undefined ? [] : readRecent().filter((past) => past !== query));
}
