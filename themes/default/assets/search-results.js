/**
 * Hits to elements: grouped by page in the order of each page's best hit, sections beneath. Text nodes only.
 */

import { element } from "./element.js";

/**
 * One section that answers a query.
 *
 * @typedef {object} Hit
 * @property {string} url        its page's path from the site's root, decoded
 * @property {string} anchor     its heading's id, decoded; empty for a page's opening
 * @property {string} title      its page's title
 * @property {string[]} heading  the headings above it and its own
 * @property {number} score
 * @property {[string, 0 | 1][]} [excerpt] runs of text, 1 where the query's words stand
 */

/** The published site's root: the folder that holds this module's `assets/`. */
const root = new URL("../", import.meta.url);

/**
 * Where a hit's section is. Works under a sub-path, and percent-encodes what a path or fragment may not hold.
 *
 * @param {{url: string, anchor: string}} hit
 * @returns {string} an absolute address
 */
export function hitAddress({ url, anchor }) {
  const path = encodeURI(url.replace(/^\/+/, "")).replaceAll("?", "%3F").replaceAll("#", "%23");
  const address = new URL(`./${path}`, root);
  return anchor ? `${address.href}#${encodeURIComponent(anchor)}` : address.href;
}

/** @param {Hit} hit */
const keyOf = (hit) => `${hit.url}#${hit.anchor}`;

/**
 * Shows `hits` in `list`.
 *
 * @param {HTMLElement} list
 * @param {Hit[]} hits best first
 * @param {boolean} done whether excerpts still to come are ruled out
 */
export function showHits(list, hits, done) {
  /** @type {Map<string, Hit[]>} */
  const pages = new Map();
  for (const hit of hits) {
    const page = pages.get(hit.url);
    if (page) page.push(hit);
    else pages.set(hit.url, [hit]);
  }
  let number = 0;
  const groups = [...pages.values()].map((sections, index) => {
    const title = element("div", { id: `search-page-${index}`, class: "search-page", role: "presentation" }, sections[0].title);
    const group = element("div", { class: "search-group", role: "group", "aria-labelledby": title.id }, title);
    for (const hit of sections) group.append(optionOf(hit, `search-hit-${number++}`, done));
    return group;
  });
  list.replaceChildren(...groups);
}

/**
 * @param {Hit} hit
 * @param {string} id
 * @param {boolean} done
 */
function optionOf(hit, id, done) {
  const option = element("a", {
    id,
    class: "search-hit",
    role: "option",
    "aria-selected": "false",
    tabindex: "-1",
    href: hitAddress(hit),
  });
  option.dataset.key = keyOf(hit);
  const heading = element("span", { class: "search-heading" });
  // A page's own title stands above its sections already.
  const path = hit.heading.length > 1 && hit.heading[0] === hit.title ? hit.heading.slice(1) : hit.heading;
  const parts = path.length > 0 ? path : [hit.title];
  parts.forEach((part, index) => {
    if (index > 0) heading.append(element("span", { class: "search-separator", "aria-hidden": "true" }, " › "));
    heading.append(element("span", {}, part));
  });
  option.append(heading, excerptOf(hit, done));
  return option;
}

/**
 * An excerpt with its marks; an empty place of the same height while its text is on the way, so that nothing jumps.
 *
 * @param {Hit} hit
 * @param {boolean} done
 */
function excerptOf(hit, done) {
  const excerpt = element("span", { class: "search-excerpt" });
  const runs = hit.excerpt ?? [];
  for (const [text, marked] of runs) excerpt.append(marked ? element("mark", {}, text) : text);
  excerpt.hidden = runs.length === 0 && done;
  return excerpt;
}

/**
 * Puts excerpts that came later into hits already shown, so that neither selection nor scroll is disturbed.
 *
 * @param {HTMLElement} list
 * @param {Hit[]} hits
 * @param {boolean} done
 * @returns {boolean} false, with nothing changed, if other hits are shown
 */
export function updateExcerpts(list, hits, done) {
  const shown = new Map([...list.querySelectorAll(".search-hit")].map((option) => [option.dataset.key, option]));
  const order = [...shown.keys()];
  const wanted = inGroups(hits).map(keyOf);
  if (order.length !== wanted.length || order.some((key, index) => key !== wanted[index])) return false;
  for (const hit of hits) {
    shown.get(keyOf(hit))?.querySelector(".search-excerpt")?.replaceWith(excerptOf(hit, done));
  }
  return true;
}

/**
 * `hits` in the order they are shown in: page by page.
 *
 * @param {Hit[]} hits
 * @returns {Hit[]}
 */
function inGroups(hits) {
  const pages = [...new Set(hits.map((hit) => hit.url))];
  return pages.flatMap((page) => hits.filter((hit) => hit.url === page));
}
