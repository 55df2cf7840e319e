import * as pagefind from "/index/pagefind/pagefind.js";

await pagefind.options({ baseUrl: "/" });
await pagefind.init();

/** @param {string} query */
export async function search(query) {
  const { results } = await pagefind.search(query);
  const pages = await Promise.all(results.slice(0, 10).map((result) => result.data()));
  return pages.map(({ url, meta, excerpt }) => ({ url, title: meta.title, excerpt }));
}
