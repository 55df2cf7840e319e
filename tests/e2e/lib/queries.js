// Queries made from notes' own words, the way people type them: whole, cut short, half composed, as initials, in pairs.

import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

const LEADS = "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ";

/** The initial consonants of a word of Hangul, as a keyboard types them. */
function initials(word) {
  return [...word].map((syllable) => LEADS[Math.floor((syllable.charCodeAt(0) - 0xac00) / 588)]).join("");
}

/** `word` with its last syllable only begun. */
function halfComposed(word) {
  return word.slice(0, -1) + initials(word.slice(-1));
}

/**
 * Queries from every Markdown file below `folder`, the same ones each time.
 *
 * @param {string} folder
 * @param {number} wanted about how many
 */
export async function queriesFrom(folder, wanted) {
  const files = (await readdir(folder, { recursive: true })).filter((name) => name.endsWith(".md")).sort();
  const texts = await Promise.all(files.map((name) => readFile(join(folder, name), "utf8")));
  const words = texts.join(" ").normalize("NFC").match(/[\p{L}\p{N}]{2,}/gu) ?? [];
  const hangul = (word) => /^[가-힣]+$/.test(word);
  const queries = new Set();
  const step = Math.max(1, Math.floor((words.length * 2) / wanted));
  for (let at = 0; at + 1 < words.length; at += step) {
    const [word, next] = [words[at], words[at + 1]];
    queries.add(word);
    queries.add(`${word} ${next}`);
    if (word.length > 2) queries.add(word.slice(0, 2));
    if (hangul(word)) {
      queries.add(halfComposed(word));
      if (word.length > 2) queries.add(initials(word));
    }
  }
  return [...queries];
}
