// The sets of queries with known answers that `cargo xtask eval` measures by too; judged by page here, for all engines alike.

import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const here = join(dirname(fileURLToPath(import.meta.url)), "..");
const repository = join(here, "..", "..");
const shared = process.env.NOTES_SHARED ?? join(repository, "..", "shared");

/**
 * @typedef {object} Set
 * @property {string} name
 * @property {string} notes  folder of notes
 * @property {string} file   queries, as `notes search --queries` reads them
 * @property {boolean} large takes minutes: only by its name
 */

/** @returns {Set} */
const beside = (name, notes, large = false) => ({
  name,
  notes: join(shared, notes),
  file: join(shared, "ir", name, "queries.jsonl"),
  large,
});

/** @type {Set[]} */
const SETS = [
  {
    name: "content",
    notes: join(repository, "content"),
    file: join(repository, "tests", "eval", "content.jsonl"),
    large: false,
  },
  beside("seeds", "seeds"),
  beside("vue-anchors", "corpora/vue-docs-ko"),
  beside("react-anchors", "corpora/react-dev-ko"),
  beside("cpp-docs-anchors", "corpora/cpp-docs-ko", true),
].filter((set) => existsSync(set.file));

/**
 * The sets that `names` ask for; where none is named, all but the large ones.
 *
 * @param {string[]} names
 */
export function choose(names) {
  const unknown = names.find((name) => !SETS.some((set) => set.name === name));
  if (unknown) throw new Error(`there is no set ${unknown}; there are ${SETS.map((set) => set.name).join(", ")}`);
  return SETS.filter((set) => (names.length === 0 ? !set.large : names.includes(set.name)));
}

/**
 * @typedef {object} Query
 * @property {string} query
 * @property {string[]} relevant notes that answer it: those with a section that was wanted, where sections are judged
 */

/**
 * @param {Set} set
 * @returns {Promise<Query[]>}
 */
export async function queriesOf(set) {
  const lines = (await readFile(set.file, "utf8")).split("\n").filter((line) => line.trim() !== "");
  return lines.map((line) => {
    const { query, relevant } = JSON.parse(line);
    const wanted = relevant.filter((judged) => typeof judged === "string" || judged.grade === 2);
    return { query, relevant: wanted.map((judged) => judged.file ?? judged) };
  });
}

/**
 * About `wanted` of `all`, evenly spread, the same ones each time.
 *
 * @template Item
 * @param {Item[]} all
 * @param {number} wanted
 */
export function sample(all, wanted) {
  const step = Math.max(1, all.length / wanted);
  return Array.from({ length: Math.min(all.length, wanted) }, (_, at) => all[Math.floor(at * step)]);
}
