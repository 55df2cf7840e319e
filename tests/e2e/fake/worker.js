// A stand-in for the search worker: substring search over syllables taken apart, so that half-composed ones match. Queries
// that start with `!` play the worker's other moods.

const SECTIONS = /* SECTIONS */ [];
const LEADS = "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ";
const apart = (text) =>
  text.toLowerCase().normalize("NFD").replace(/[ㄱ-ㅎ]/g, (jamo) => (LEADS.includes(jamo) ? String.fromCharCode(0x1100 + LEADS.indexOf(jamo)) : jamo));

function find(query, limit) {
  const wanted = apart(query);
  return SECTIONS.flatMap((section) => {
    const inHeading = apart(section.heading.at(-1)).includes(wanted);
    const at = [...section.text].findIndex((_, index) => apart(section.text.slice(index)).startsWith(wanted));
    if (!inHeading && at < 0) return [];
    const { text, ...hit } = section;
    let end = Math.max(at, 0) + 1;
    while (at >= 0 && !apart(text.slice(at, end)).startsWith(wanted)) end += 1;
    const excerpt = at < 0 ? [[text.slice(0, 80), 0]] : [[text.slice(Math.max(0, at - 30), at), 0], [text.slice(at, end), 1], [text.slice(end, end + 60), 0]];
    return [{ ...hit, score: (inHeading ? 10 : 0) + (at >= 0 ? 1 : 0), excerpt }];
  })
    .sort((one, other) => other.score - one.score)
    .slice(0, limit);
}

const bare = (hits) => hits.map(({ excerpt: _, ...hit }) => hit);
const later = (delay) => new Promise((resolve) => setTimeout(resolve, delay));

addEventListener("message", async ({ data: { type, id, query, limit } }) => {
  if (type !== "search") return;
  const traffic = { bytes: 0, requests: 0, micros: 0 };
  const tell = (text, done, change = (hits) => hits) =>
    postMessage({ type: "results", id, query, done, hits: change(find(text, limit)), ...traffic });
  if (query === "!오류") {
    postMessage({ type: "error", id, message: "text-1.bin: HTTP 500", reason: "network" });
  } else if (query === "!함정") {
    postMessage({ type: "error", id, message: "unreachable", reason: "trap" });
  } else if (query.startsWith("!느림 ")) {
    await later(1200);
    tell(query.slice(4), true);
  } else if (query.startsWith("!나눔 ")) {
    tell(query.slice(4), false, bare);
    await later(400);
    tell(query.slice(4), true);
  } else if (query.startsWith("!고침 ")) {
    postMessage({ type: "results", id, query, done: true, hits: find(query.slice(4), limit), corrections: [["커퍼", "<b>커피</b>"]], ...traffic });
  } else {
    tell(query, true);
  }
});
