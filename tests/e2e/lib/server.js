// A static server as plain as a bucket: strict headers, no rewriting beyond index.html, faults on demand, every request noted.

import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { createServer } from "node:http";
import { extname, join, normalize, sep } from "node:path";

/** What the deployed site is served with: no inline script or style, nothing from elsewhere. */
export const POLICY =
  "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' data:; " +
  "object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'";

const TYPES = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".json": "application/json",
  ".xml": "application/xml",
  ".txt": "text/plain; charset=utf-8",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".wasm": "application/wasm",
};

/**
 * @typedef {object} Server
 * @property {string} url       of the site's root, ending in `/`
 * @property {string[]} requests decoded paths asked for, the site's base taken off
 * @property {(path: string) => (undefined | {status?: number, body?: Buffer | string, headers?: object, delay?: number,
 *   stream?: (response: import("node:http").ServerResponse) => void})} fault
 *   may answer in the file's stead, or with `stream` hold the response open; set it from a test, and set it back
 * @property {() => Promise<void>} close
 */

/**
 * Serves `folder` on a free loopback port.
 *
 * @param {string} folder
 * @param {string} [base] sub-path, with slashes at both ends
 * @returns {Promise<Server>}
 */
export async function serve(folder, base = "/") {
  /** @type {Server} */
  const site = { url: "", requests: [], fault: () => undefined, close: async () => {} };

  const server = createServer(async (request, response) => {
    const path = decodeURIComponent(new URL(request.url, "http://localhost").pathname).normalize("NFC");
    const send = async (status, file) => {
      response.writeHead(status, {
        "content-type": TYPES[extname(file)] ?? "application/octet-stream",
        "content-security-policy": POLICY,
        "x-content-type-options": "nosniff",
        "cache-control": "no-cache",
      });
      createReadStream(file).pipe(response);
    };
    const isFile = async (file) => (await stat(file).catch(() => null))?.isFile() ?? false;
    const notFound = async () => {
      const page = join(folder, "404.html");
      if (await isFile(page)) return send(404, page);
      response.writeHead(404, { "content-security-policy": POLICY }).end();
    };

    if (!path.startsWith(base)) return notFound();
    const inside = path.slice(base.length);
    site.requests.push(`/${inside}`);
    const fault = site.fault(`/${inside}`);
    if (fault?.stream) return fault.stream(response);
    if (fault) {
      if (fault.delay) await new Promise((resolve) => setTimeout(resolve, fault.delay));
      if (fault.status || fault.body !== undefined) {
        response.writeHead(fault.status ?? 200, { "content-security-policy": POLICY, ...fault.headers });
        response.end(fault.body ?? "");
        return;
      }
    }
    const file = normalize(join(folder, inside));
    if (file !== folder && !file.startsWith(folder + sep)) return notFound();
    if (inside === "" || inside.endsWith("/")) {
      const index = join(file, "index.html");
      return (await isFile(index)) ? send(200, index) : notFound();
    }
    return (await isFile(file)) ? send(200, file) : notFound();
  });

  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  site.url = `http://127.0.0.1:${server.address().port}${base}`;
  site.close = () =>
    new Promise((resolve) => {
      server.close(resolve);
      server.closeAllConnections();
    });
  return site;
}
