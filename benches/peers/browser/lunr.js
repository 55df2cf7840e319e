// lunr is made for script elements.
for (const source of ["lunr/lunr.min.js", "lunr-languages/min/lunr.stemmer.support.min.js", "lunr-languages/min/lunr.ko.min.js"]) {
  await new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.addEventListener("load", resolve);
    script.addEventListener("error", reject);
    script.src = `/modules/${source}`;
    document.head.append(script);
  });
}

const { index: serialized, titles } = await (await fetch("/index/index.json")).json();
const index = window.lunr.Index.load(serialized);

/** Every word as it stands, and as the beginning of another; the signs of lunr's own syntax are nobody's query here. */
const asTyped = (query) =>
  query
    .replaceAll(/[:~^*+\-]/g, " ")
    .split(/\s+/)
    .filter((word) => word !== "")
    .map((word) => `${word}^10 ${word}*`)
    .join(" ");

/** @param {string} query */
export async function search(query) {
  return index.search(asTyped(query)).slice(0, 10).map(({ ref }) => ({ url: ref, title: titles[ref] }));
}
