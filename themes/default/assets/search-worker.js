/**
 * The search engine's worker: fetches the engine and the shards a query needs, and answers with hits.
 *
 * Question in: `{type: "search", id, query, limit}`. Out: `{type: "results", id, query, done, hits, corrections, bytes, requests,
 * micros}`, once or more (`done` is false while excerpts are on the way), or `{type: "error", id, message, reason, file}`
 * with `reason` one of `network`, `corrupt`, `trap`, `engine`. The newest question wins; older ones fall silent.
 */

/** Everything of search lives beside `assets/`: one small entry that may change, all else immutable. */
const published = new URL("../search/", import.meta.url);
const ENTRY = "entry.json";
/** Times the engine may ask for more files for one query; a sound index needs three, for a phrase up to six more. */
const ROUNDS = 16;

/** What went wrong, in a form the dialog can explain. */
class SearchError extends Error {
  /**
   * @param {"network" | "corrupt" | "trap" | "engine" | "stale"} reason `stale`: the site was published anew meanwhile
   * @param {string} message
   * @param {string} [file]
   */
  constructor(reason, message, file) {
    super(message);
    this.reason = reason;
    this.file = file;
  }
}

// ---- Fetching --------------------------------------------------------------------------------------------------------

/** Traffic since the worker started: bytes as they came, before our own decompression. */
const traffic = { bytes: 0, requests: 0 };

/**
 * One file as published, still compressed where the server has not undone it. A failed fetch is tried once more.
 *
 * @param {string} name relative to `search/`
 * @param {RequestCache} cache
 * @returns {Promise<Uint8Array>}
 * @throws {SearchError} `stale` if there is no such file (S3 says 403 where it may not say 404), else `network`
 */
async function fetchFile(name, cache) {
  let problem = "";
  for (let attempt = 0; attempt < 2; attempt += 1) {
    try {
      traffic.requests += 1;
      const response = await fetch(new URL(name, published), { cache });
      if (response.ok) {
        const bytes = new Uint8Array(await response.arrayBuffer());
        traffic.bytes += bytes.length;
        return bytes;
      }
      problem = `${name}: HTTP ${response.status}`;
      if (response.status === 404 || response.status === 403 || response.status === 410) {
        throw new SearchError("stale", problem, name);
      }
    } catch (error) {
      if (error instanceof SearchError) throw error;
      problem = `${name}: ${error instanceof Error ? error.message : error}`;
    }
  }
  throw new SearchError("network", problem, name);
}

/**
 * Undoes gzip where it is still there: some servers send `Content-Encoding: gzip` and the browser has undone it already.
 *
 * @param {Uint8Array} bytes
 * @param {string} name
 * @returns {Promise<Uint8Array>}
 * @throws {SearchError} `corrupt`
 */
async function gunzip(bytes, name) {
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes;
  try {
    const plain = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
    return new Uint8Array(await new Response(plain).arrayBuffer());
  } catch {
    throw new SearchError("corrupt", `${name}: the gzip stream is damaged`, name);
  }
}

/**
 * A file ready for use. Damaged bytes are fetched once more past the caches, for a cache may be what damaged them.
 *
 * @template Used
 * @param {string} name
 * @param {RequestCache} cache
 * @param {(bytes: Uint8Array) => Used | Promise<Used>} use throws `corrupt` if it cannot be used
 * @returns {Promise<Used>}
 */
async function load(name, cache, use) {
  try {
    return await use(await gunzip(await fetchFile(name, cache), name));
  } catch (error) {
    if (!(error instanceof SearchError) || error.reason !== "corrupt") throw error;
    return use(await gunzip(await fetchFile(name, "reload"), name));
  }
}

// ---- The engine ------------------------------------------------------------------------------------------------------

/**
 * @typedef {object} Exports what the engine's module gives; it imports nothing
 * @property {WebAssembly.Memory} memory
 * @property {(length: number) => number} allocate
 * @property {(pointer: number, length: number) => void} release
 * @property {(name: number, nameLength: number, bytes: number, bytesLength: number) => number} provide
 * @property {(query: number, queryLength: number, limit: number) => number} search
 * @property {() => number} result_pointer
 * @property {() => number} result_length
 */

/**
 * @typedef {{need: string[], hits: object[] | null, error: string | null, corrections?: string[]}} Answer
 */

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** One instance of the engine and the files it has been given. */
class Engine {
  /** @type {Map<string, Promise<void>>} files provided or on the way */
  #files = new Map();
  /** @type {Exports} */
  #exports;

  /** @param {Exports} exports */
  constructor(exports) {
    this.#exports = exports;
  }

  /**
   * Fetches the entry file, the engine it names and, beside it, the files it says every query needs.
   *
   * @returns {Promise<Engine>} ready as soon as the engine is; it asks for the files again if they are not there yet
   */
  static async open() {
    const { entry, name, files } = await load(ENTRY, "no-cache", readEntry);
    const ready = load(name, "default", (bytes) => instantiate(bytes, name)).then(({ exports }) => {
      const engine = new Engine(/** @type {Exports} */ (/** @type {unknown} */ (exports)));
      engine.#provide(ENTRY, entry);
      return engine;
    });
    const early = files.map((file) => {
      const given = load(file, "default", async (bytes) => (await ready).#provide(file, bytes));
      // Told when a query asks for the file; until then nobody listens.
      given.catch(() => {});
      return { file, given };
    });
    const engine = await ready;
    for (const { file, given } of early) engine.#expect(file, given);
    return engine;
  }

  /**
   * @param {string} name
   * @param {Promise<void>} given settles when the file is the engine's; one that fails may be asked for again
   */
  #expect(name, given) {
    this.#files.set(name, given);
    given.catch(() => this.#files.delete(name));
  }

  /**
   * Fetches files side by side and gives them to the engine; what is already there or on the way is not fetched again.
   *
   * @param {string[]} names
   */
  async fetch(names) {
    await Promise.all(
      names.map((name) => {
        let file = this.#files.get(name);
        if (!file) {
          file = load(name, "default", (bytes) => this.#provide(name, bytes));
          this.#expect(name, file);
        }
        return file;
      }),
    );
  }

  /**
   * @param {string} query
   * @param {number} limit
   * @returns {Answer}
   */
  search(query, limit) {
    return this.#call(() => {
      const text = this.#copyIn(encoder.encode(query));
      const failed = this.#exports.search(text.pointer, text.length, limit);
      this.#exports.release(text.pointer, text.length);
      const answer = this.#result();
      if (failed !== 0 || answer.error) throw new SearchError("engine", answer.error ?? `search failed (${failed})`);
      return answer;
    });
  }

  /** @returns {{need: string[], facets: ["tag" | "folder", string, number][]}} */
  facets() {
    return this.#call(() => {
      this.#exports.facets();
      return this.#result();
    });
  }

  /**
   * @param {string} name
   * @param {Uint8Array} bytes
   */
  #provide(name, bytes) {
    this.#call(() => {
      const key = this.#copyIn(encoder.encode(name));
      const content = this.#copyIn(bytes);
      const failed = this.#exports.provide(key.pointer, key.length, content.pointer, content.length);
      this.#exports.release(content.pointer, content.length);
      this.#exports.release(key.pointer, key.length);
      if (failed !== 0) throw new SearchError("corrupt", `${name}: ${this.#result().error ?? `code ${failed}`}`, name);
    });
  }

  /** @param {Uint8Array} bytes */
  #copyIn(bytes) {
    const pointer = this.#exports.allocate(bytes.length) >>> 0;
    // The buffer is asked for anew each time: it changes when the memory grows.
    new Uint8Array(this.#exports.memory.buffer, pointer, bytes.length).set(bytes);
    return { pointer, length: bytes.length };
  }

  /** @returns {Answer} */
  #result() {
    const pointer = this.#exports.result_pointer() >>> 0;
    const length = this.#exports.result_length() >>> 0;
    return JSON.parse(decoder.decode(new Uint8Array(this.#exports.memory.buffer, pointer, length)));
  }

  /**
   * @template Result
   * @param {() => Result} run
   * @returns {Result}
   */
  #call(run) {
    try {
      return run();
    } catch (error) {
      if (error instanceof SearchError) throw error;
      throw new SearchError("trap", error instanceof Error ? error.message : String(error));
    }
  }
}

/** @param {Uint8Array} entry */
function readEntry(entry) {
  try {
    const { engine, files } = JSON.parse(decoder.decode(entry));
    const early = Array.isArray(files) ? files.filter((file) => typeof file === "string") : [];
    if (typeof engine === "string") return { entry, name: engine, files: early };
  } catch {
    // Not JSON: the same as JSON that names no engine.
  }
  throw new SearchError("corrupt", `${ENTRY}: names no engine`, ENTRY);
}

/**
 * @param {Uint8Array} bytes
 * @param {string} name
 */
async function instantiate(bytes, name) {
  try {
    return (await WebAssembly.instantiate(bytes, {})).instance;
  } catch (error) {
    throw new SearchError("corrupt", `${name}: ${error instanceof Error ? error.message : error}`, name);
  }
}

// ---- Questions -------------------------------------------------------------------------------------------------------

/** @type {Promise<Engine> | null} */
let opening = null;
let newest = 0;

/** @returns {Promise<Engine>} the engine, opened if there is none */
function engine() {
  if (!opening) {
    const mine = Engine.open();
    opening = mine;
    mine.catch(() => forget(mine));
  }
  return opening;
}

/**
 * Lets go of an engine that trapped or whose files are gone; the next question opens another.
 *
 * @param {Promise<Engine> | null} mine
 */
function forget(mine) {
  if (opening === mine) opening = null;
}

/** @param {{id: number, query: string, limit: number}} question */
async function answer({ id, query, limit }) {
  newest = id;
  let restarted = false;
  let micros = 0;
  for (let round = 0; round <= ROUNDS && id === newest; round += 1) {
    const mine = engine();
    try {
      const opened = await mine;
      if (id !== newest) return;
      const began = performance.now();
      const { need, hits, corrections, relaxed } = opened.search(query, limit);
      micros += Math.round((performance.now() - began) * 1000);
      const done = need.length === 0;
      if (done || hits) {
        postMessage({ type: "results", id, query, done, hits: hits ?? [], corrections: corrections ?? [], relaxed: relaxed === true, ...traffic, micros });
      }
      if (done) return;
      await opened.fetch(need);
    } catch (error) {
      const known = error instanceof SearchError ? error : new SearchError("trap", String(error));
      if (known.reason === "trap" || known.reason === "stale") forget(mine);
      if (known.reason === "stale" && !restarted) {
        // Published anew while this page was open: start over once from the new entry file.
        restarted = true;
        round = -1;
        continue;
      }
      if (id !== newest) return;
      const reason = known.reason === "stale" ? "network" : known.reason;
      postMessage({ type: "error", id, message: known.message, reason, file: known.file });
      // Another engine is made ready at once after a trap; should that fail too, the next question tells.
      if (known.reason === "trap") engine().catch(() => {});
      return;
    }
  }
  if (id === newest) {
    postMessage({ type: "error", id, message: "the engine keeps asking for files", reason: "engine" });
  }
}

/** Tells what one may filter by. Filters are a help: without them search goes on. */
async function tellFacets() {
  try {
    for (let round = 0; round <= ROUNDS; round += 1) {
      const opened = await engine();
      const { need, facets } = opened.facets();
      if (need.length === 0) {
        postMessage({ type: "facets", facets });
        return;
      }
      await opened.fetch(need);
    }
  } catch {
    // The question that comes next meets the same failure, and tells it.
  }
}

addEventListener("message", ({ data }) => {
  if (data?.type === "search") answer(data);
  else if (data?.type === "facets") tellFacets();
});

// The dialog is open, so a question is coming: fetch while it is typed. A failure is told when it comes.
engine().catch(() => {});
