// A static server as hosts are: text compressed, everything cacheable; it counts what it sends.

import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { extname, join, normalize, sep } from "node:path";
import { gzipSync } from "node:zlib";

/** Types of text, which hosts compress. */
const TEXT = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".json": "application/json",
  ".svg": "image/svg+xml",
};

/**
 * @typedef {object} Server
 * @property {string} url
 * @property {number} sent bytes of bodies so far
 * @property {() => Promise<void>} close
 */

/**
 * Serves folders on a free loopback port.
 *
 * @param {Record<string, string>} folders by the path they appear under, which begins and ends with `/`
 * @returns {Promise<Server>}
 */
export async function serve(folders) {
  const state = { url: "", sent: 0, close: async () => {} };
  const bodies = new Map();
  const prefixes = Object.keys(folders).sort((one, other) => other.length - one.length);

  /** @param {string} path */
  async function body(path) {
    const prefix = prefixes.find((candidate) => path.startsWith(candidate));
    if (prefix === undefined) return undefined;
    const folder = folders[prefix];
    const inside = path.slice(prefix.length);
    const file = normalize(join(folder, inside === "" || inside.endsWith("/") ? `${inside}index.html` : inside));
    if (!file.startsWith(folder + sep)) return undefined;
    const bytes = await readFile(file).catch(() => undefined);
    if (bytes === undefined) return undefined;
    const type = TEXT[extname(file)];
    if (type === undefined) return { bytes, headers: { "content-type": "application/octet-stream" } };
    return { bytes: gzipSync(bytes, { level: 9 }), headers: { "content-type": type, "content-encoding": "gzip" } };
  }

  const server = createServer(async (request, response) => {
    const path = decodeURIComponent(new URL(request.url, "http://localhost").pathname);
    if (!bodies.has(path)) bodies.set(path, body(path));
    const found = await bodies.get(path);
    if (found === undefined) {
      response.writeHead(404).end();
      return;
    }
    state.sent += found.bytes.length;
    response.writeHead(200, { ...found.headers, "cache-control": "public, max-age=31536000" }).end(found.bytes);
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  state.url = `http://127.0.0.1:${server.address().port}/`;
  state.close = () =>
    new Promise((resolve) => {
      server.close(resolve);
      server.closeAllConnections();
    });
  return state;
}
