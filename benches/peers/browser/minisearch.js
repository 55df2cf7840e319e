import MiniSearch from "/modules/minisearch/dist/es/index.js";

import { MINISEARCH } from "./options.js";

const index = MiniSearch.loadJSON(await (await fetch("/index/index.json")).text(), MINISEARCH);

/** @param {string} query */
export async function search(query) {
  return index.search(query).slice(0, 10).map(({ id, title }) => ({ url: id, title }));
}
