/** What the search dialog says: Korean, or English on pages in English. */

const ko = {
  /** @param {number} hits @param {number} pages */
  count: (hits, pages) => `검색 결과 ${hits}개, 문서 ${pages}개`,
  /** @param {string[]} corrections what was searched instead of what was typed */
  corrected: (corrections) => `${corrections.map((word) => `‘${word}’`).join(", ")}에 대한 결과입니다.`,
  /** @param {string[]} typed */
  literal: (typed) => `${typed.map((word) => `‘${word}’`).join(", ")} 그대로 찾기`,
  relaxed: "따옴표나 조건에 꼭 맞는 글이 없어 낱말로 찾았습니다.",
  filters: { folder: "모든 폴더", tag: "모든 태그" },
  /** @param {string} query */
  none: (query) => `‘${query}’에 맞는 내용을 찾지 못했습니다.`,
  noneHints: [
    "낱말을 줄이거나 더 짧게 써 보세요.",
    "같은 뜻의 다른 말이나 영어 이름으로 찾아보세요.",
    "초성만 써도 찾습니다. 보기: ㄱㅅㅅ",
  ],
  startTitle: "무엇을 찾으세요?",
  startHints: [
    "조사와 띄어쓰기가 달라도 찾습니다.",
    "초성(ㄱㅅㅅ)이나 한/영을 잘못 누른 글자(rktltjd)로도 찾습니다.",
    "\"그대로 있는 말\", -뺄말, tag:태그로 좁힐 수 있습니다.",
  ],
  recent: "최근 검색",
  forget: "기록 지우기",
  waiting: "검색을 준비하고 있습니다…",
  again: "다시 시도",
  offline: { title: "인터넷에 연결되어 있지 않습니다.", advice: "연결한 뒤 다시 시도해 주세요." },
  /** @type {Record<string, {title: string, advice: string}>} */
  failures: {
    network: {
      title: "검색 자료를 가져오지 못했습니다.",
      advice: "연결을 확인하고 다시 시도해 주세요. 사이트가 방금 바뀌었다면 페이지를 새로 고치면 됩니다.",
    },
    corrupt: {
      title: "검색 자료가 손상되었습니다.",
      advice: "페이지를 새로 고쳐 주세요. 그래도 같다면 사이트를 다시 배포해야 합니다.",
    },
    trap: { title: "검색 중에 오류가 났습니다.", advice: "다시 시도하거나 다른 말로 찾아보세요." },
    engine: { title: "검색하지 못했습니다.", advice: "다시 시도하거나 페이지를 새로 고쳐 주세요." },
  },
};

/** @type {typeof ko} */
const en = {
  count: (hits, pages) => `${hits} ${hits === 1 ? "result" : "results"} in ${pages} ${pages === 1 ? "page" : "pages"}`,
  corrected: (corrections) => `Results for ${corrections.map((word) => `“${word}”`).join(", ")}.`,
  literal: (typed) => `Search for ${typed.map((word) => `“${word}”`).join(", ")} as typed`,
  relaxed: "Nothing fits the phrase or filter; these have the words.",
  filters: { folder: "All folders", tag: "All tags" },
  none: (query) => `Nothing found for “${query}”.`,
  noneHints: ["Try fewer or shorter words.", "Try another word for it, or its name in Korean."],
  startTitle: "What are you looking for?",
  startHints: ["Typos, spacing and word endings need not match.", "\"A phrase\", -without, tag:name narrow it down."],
  recent: "Recent searches",
  forget: "Clear history",
  waiting: "Getting search ready…",
  again: "Try again",
  offline: { title: "You are offline.", advice: "Connect, then try again." },
  failures: {
    network: {
      title: "The search data could not be fetched.",
      advice: "Check your connection and try again. If the site has just changed, reload the page.",
    },
    corrupt: {
      title: "The search data is damaged.",
      advice: "Reload the page. If that does not help, the site has to be deployed again.",
    },
    trap: { title: "Search stopped with an error.", advice: "Try again, or try other words." },
    engine: { title: "Search failed.", advice: "Try again, or reload the page." },
  },
};

export const words = document.documentElement.lang.toLowerCase().startsWith("en") ? en : ko;
