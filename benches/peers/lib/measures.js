// Figures, and the table that shows them.

const DEPTH = 10;

/**
 * @param {string[][]} answers notes that each query's hits lie in, best first, each once
 * @param {import("./sets.js").Query[]} queries
 */
export function quality(answers, queries) {
  const ranks = answers.map((notes, at) => notes.slice(0, DEPTH).findIndex((note) => queries[at].relevant.includes(note)));
  const mean = (measure) => ranks.reduce((sum, rank) => sum + measure(rank), 0) / ranks.length;
  return {
    first: mean((rank) => (rank === 0 ? 1 : 0)),
    ten: mean((rank) => (rank >= 0 ? 1 : 0)),
    reciprocal: mean((rank) => (rank >= 0 ? 1 / (rank + 1) : 0)),
  };
}

/** The value below which `percent` of all lie. */
export function percentile(values, percent) {
  const sorted = [...values].sort((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.floor((sorted.length * percent) / 100))] ?? Number.NaN;
}

const HEAD = [
  "set", "pages", "queries", "engine", "R@1", "R@10", "MRR", "index KB", "per page", "first answer KB", "next key KB: median", "95 %", "query KB",
  "key ms: median", "95 %", "long tasks / 100 keys", "longest ms",
];

/** @param {(string | number)[][]} rows */
export function table(rows) {
  const line = (cells) => `| ${cells.join(" | ")} |`;
  return [line(HEAD), line(HEAD.map((_, at) => (at === 0 || at === 3 ? "---" : "--:"))), ...rows.map(line)].join("\n");
}

const kilobytes = (bytes) => (bytes / 1000).toFixed(1);

/**
 * @param {{name: string, pages: number, queries: number}} set
 * @param {string} engine
 * @param {{first: number, ten: number, reciprocal: number}} judged
 * @param {number} published bytes of the index
 * @param {{bytes: number[], times: number[], delays: number[]}[]} typed
 */
export function row(set, engine, judged, published, typed) {
  const next = typed.flatMap(({ bytes }) => bytes.slice(1));
  const times = typed.flatMap(({ times }) => times);
  const delays = typed.flatMap(({ delays }) => delays);
  return [
    set.name,
    set.pages,
    set.queries,
    engine,
    judged.first.toFixed(3),
    judged.ten.toFixed(3),
    judged.reciprocal.toFixed(3),
    Math.round(published / 1000),
    kilobytes(published / set.pages),
    kilobytes(percentile(typed.map(({ bytes }) => bytes[0]), 50)),
    kilobytes(percentile(next, 50)),
    kilobytes(percentile(next, 95)),
    kilobytes(percentile(typed.map(({ bytes }) => bytes.reduce((sum, one) => sum + one)), 50)),
    percentile(times, 50).toFixed(1),
    percentile(times, 95).toFixed(1),
    ((delays.length * 100) / times.length).toFixed(1),
    delays.length > 0 ? Math.max(...delays).toFixed(0) : "–",
  ];
}
