/**
 * Filters by folder and tag: two menus that write `in:…` and `tag:…` into the question, where one may type them as well.
 */

import { element } from "./element.js";
import { words } from "./search-words.js";

/** A filter in a question: what stands before it, its name, its value. */
const FILTER = /(^|\s)(tag|태그|in|폴더):("[^"]*"?|\S*)/giu;

/** @typedef {["tag" | "folder", string, number]} Facet kind, name, number of pages */

/** @param {string} name as written in a question */
const kindOf = (name) => (/^(tag|태그)$/iu.test(name) ? "tag" : "folder");

/**
 * @param {string} query
 * @returns {{tag: string, folder: string}} what the question filters by, the first of each kind
 */
function filtersOf(query) {
  const found = { tag: "", folder: "" };
  for (const [, , name, value] of query.matchAll(FILTER)) found[kindOf(name)] ||= value.replaceAll('"', "").replace(/^#/, "");
  return found;
}

/**
 * @param {string} query
 * @param {"tag" | "folder"} kind
 * @param {string} value empty for no filter
 */
function withFilter(query, kind, value) {
  const rest = query.replace(FILTER, (filter, before, name) => (kindOf(name) === kind ? before : filter)).trim();
  if (value === "") return rest;
  const quoted = /\s/.test(value) ? `"${value}"` : value;
  return `${kind === "tag" ? "tag" : "in"}:${quoted} ${rest}`;
}

/**
 * Makes the row of menus.
 *
 * @param {Facet[]} facets
 * @param {HTMLInputElement} input
 * @param {() => void} ask asks what the input holds
 * @returns {{row: HTMLElement, sync: () => void} | null} null where there is nothing to choose from
 */
export function makeFilters(facets, input, ask) {
  /** @type {Map<"tag" | "folder", HTMLSelectElement>} */
  const menus = new Map();
  for (const kind of /** @type {const} */ (["folder", "tag"])) {
    const choices = facets.filter((facet) => facet[0] === kind);
    if (choices.length < (kind === "folder" ? 2 : 1)) continue;
    const menu = element("select", { class: "search-filter", "aria-label": words.filters[kind] });
    menu.append(element("option", { value: "" }, words.filters[kind]));
    for (const [, name, pages] of choices) menu.append(element("option", { value: name }, `${name} (${pages})`));
    menu.addEventListener("change", () => {
      input.value = withFilter(input.value, kind, menu.value);
      ask();
    });
    menus.set(kind, menu);
  }
  if (menus.size === 0) return null;
  const sync = () => {
    const chosen = filtersOf(input.value);
    for (const [kind, menu] of menus) {
      const wanted = chosen[kind].toLowerCase();
      menu.value = [...menu.options].find((option) => option.value.toLowerCase() === wanted)?.value ?? "";
    }
  };
  sync();
  return { row: element("div", { class: "search-filters" }, ...menus.values()), sync };
}
