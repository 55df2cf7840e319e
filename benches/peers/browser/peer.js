// A field and a list: the least that shows an engine's answers as they come. The engine is fetched at the first key.

/**
 * @typedef {{url: string, title: string, excerpt?: string}} Hit
 */

const name = new URLSearchParams(location.search).get("engine");
const field = document.querySelector("input");
const list = document.querySelector("ol");
let asked = 0;

/** @returns {Promise<Hit[]>} the ten best */
window.search = async (query) => (await import(`./${name}.js`)).search(query);

/** @param {Hit} hit */
function item({ url, title, excerpt }) {
  const link = document.createElement("a");
  link.href = url;
  link.textContent = title;
  const entry = document.createElement("li");
  entry.append(link);
  if (excerpt) entry.insertAdjacentHTML("beforeend", `<p>${excerpt}</p>`);
  return entry;
}

field.addEventListener("input", async () => {
  asked += 1;
  const mine = asked;
  const query = field.value.trim();
  const hits = query === "" ? [] : await window.search(query);
  if (mine !== asked) return;
  list.replaceChildren(...hits.map(item));
  window.answered?.();
});
