// What stands in a field after each key, as a Korean input method composes it: ㄱ, 가, 갓, 가시, 가싯, 가시서, 가시성.

const LEADS = [..."ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ"];
const VOWELS = ["ㅏ", "ㅐ", "ㅑ", "ㅒ", "ㅓ", "ㅔ", "ㅕ", "ㅖ", "ㅗ", "ㅗㅏ", "ㅗㅐ", "ㅗㅣ", "ㅛ", "ㅜ", "ㅜㅓ", "ㅜㅔ", "ㅜㅣ", "ㅠ", "ㅡ", "ㅡㅣ", "ㅣ"];
const TAILS = ["", "ㄱ", "ㄲ", "ㄱㅅ", "ㄴ", "ㄴㅈ", "ㄴㅎ", "ㄷ", "ㄹ", "ㄹㄱ", "ㄹㅁ", "ㄹㅂ", "ㄹㅅ", "ㄹㅌ", "ㄹㅍ", "ㄹㅎ", "ㅁ", "ㅂ", "ㅂㅅ", "ㅅ", "ㅆ", "ㅇ", "ㅈ", "ㅊ", "ㅋ", "ㅌ", "ㅍ", "ㅎ"];
const FIRST = 0xac00;

/** A syllable's places in the three lists, or nothing for another character. */
function parts(character) {
  const offset = (character?.charCodeAt(0) ?? 0) - FIRST;
  if (offset < 0 || offset >= LEADS.length * VOWELS.length * TAILS.length) return undefined;
  return {
    lead: Math.floor(offset / (VOWELS.length * TAILS.length)),
    vowel: Math.floor(offset / TAILS.length) % VOWELS.length,
    tail: offset % TAILS.length,
  };
}

const syllable = (lead, vowel, tail) =>
  String.fromCharCode(FIRST + (lead * VOWELS.length + vowel) * TAILS.length + tail);

/** A consonant at the end of `text`: joined to the last syllable where the two make one, as an input method does. */
function withConsonant(text, consonant) {
  const last = parts(text.at(-1));
  const tail = last ? TAILS.indexOf(TAILS[last.tail] + consonant) : -1;
  return tail < 0 ? text + consonant : text.slice(0, -1) + syllable(last.lead, last.vowel, tail);
}

/** What follows `text` while `character` is typed. */
function states(text, character) {
  const whole = parts(character);
  if (!whole) return [text + character];
  const begun = [withConsonant(text, LEADS[whole.lead])];
  for (const keys of prefixes(VOWELS[whole.vowel])) begun.push(text + syllable(whole.lead, VOWELS.indexOf(keys), 0));
  for (const keys of prefixes(TAILS[whole.tail])) begun.push(text + syllable(whole.lead, whole.vowel, TAILS.indexOf(keys)));
  return begun;
}

const prefixes = (keys) => [...keys].map((_, at) => keys.slice(0, at + 1));

/**
 * @param {string} query
 * @returns {string[]} the field's content after each key but a space, which asks nothing new
 */
export function keystrokes(query) {
  const characters = [...query];
  return characters.flatMap((character, at) =>
    character === " " ? [] : states(characters.slice(0, at).join(""), character),
  );
}
