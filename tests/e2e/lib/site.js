// The sites under test: ours, built by the real binary (or stood in for while it cannot), and the shared seeds.

import { execFile } from "node:child_process";
import { existsSync, rmSync } from "node:fs";
import { cp, mkdir, mkdtemp, readdir, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

import { buildStandIn } from "../fake/site.js";

const run = promisify(execFile);

export const here = join(dirname(fileURLToPath(import.meta.url)), "..");
export const repository = join(here, "..", "..");
export const assets = join(repository, "themes", "default", "assets");
export const screenshots = join(repository, "target", "screenshots");

/** The binary under test, or `fake` to try the dialog on a stand-in site without one. */
export const binary = process.env.NOTES_BIN ?? "";
if (binary === "") {
  throw new Error("NOTES_BIN is not set: give it the path of the built `notes`, or run `cargo xtask test --only e2e`");
}
export const standIn = binary === "fake";
/** Reason for which a test that needs the real binary is skipped, or false. */
export const needsBinary = standIn && "needs the real binary";

/** The folder of shared test material, or null. */
export const shared = [process.env.NOTES_SHARED, join(repository, "..", "shared")].find((path) => path && existsSync(path)) ?? null;

/** A temporary folder, gone when the test file ends. */
export async function temporary() {
  const folder = await mkdtemp(join(tmpdir(), "notes-e2e-"));
  process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/**
 * Runs the binary; a failure carries all it said.
 *
 * @param {string[]} parameters
 */
export async function notes(parameters) {
  try {
    return await run(binary, parameters, { maxBuffer: 1 << 28 });
  } catch (error) {
    throw new Error(`notes ${parameters.join(" ")}: ${error.message}\n${error.stdout ?? ""}${error.stderr ?? ""}`);
  }
}

/** `out`, if there is a site with an index in it: what follows would only time out without one. */
function built(out) {
  for (const file of ["index.html", "404.html", "search/entry.json"]) {
    if (!existsSync(join(out, file))) throw new Error(`notes build made no ${file}`);
  }
  return out;
}

/**
 * Builds the fixture site into `folder`.
 *
 * @param {string} folder
 * @param {string} [base] sub-path it is to be served under
 */
export async function buildFixture(folder, base = "/") {
  const out = join(folder, "public");
  if (standIn) {
    await buildStandIn(join(here, "site", "content"), assets, out, base);
    return out;
  }
  const root = join(folder, "site");
  await cp(join(here, "site"), root, { recursive: true });
  await notes(["build", "--root", root, "--out", out, "--no-cache", "--base-url", `https://notes.example${base}`]);
  return built(out);
}

/**
 * Builds the shared seeds into `folder`.
 *
 * @param {string} folder
 */
export async function buildSeeds(folder) {
  const root = join(folder, "seeds");
  await mkdir(root);
  const seeds = join(shared, "seeds");
  for (const name of await readdir(seeds)) {
    if (name.endsWith(".md") && !name.startsWith("README")) await cp(join(seeds, name), join(root, name));
  }
  const out = join(folder, "public");
  await notes(["build", "--root", root, "--out", out, "--no-cache"]);
  return built(out);
}

/**
 * Builds a site of notes written in a test into a temporary folder; returns where it lies.
 *
 * @param {Record<string, string>} written the text of each note by its name in `content/`
 */
export async function buildNotes(written) {
  const folder = await temporary();
  const root = join(folder, "site");
  await mkdir(join(root, "content"), { recursive: true });
  for (const [name, text] of Object.entries(written)) await writeFile(join(root, "content", name), text);
  const out = join(folder, "public");
  await notes(["build", "--root", root, "--out", out, "--no-cache"]);
  return built(out);
}

/**
 * An asset's published name, fingerprint and all.
 *
 * @param {string} out
 * @param {string} stem
 */
export async function assetName(out, stem) {
  const names = await readdir(join(out, "assets"));
  const pattern = new RegExp(`^${stem}([.-][0-9a-zA-Z_]{6,})?\\.js$`);
  const name = names.find((candidate) => pattern.test(candidate));
  if (!name) throw new Error(`no ${stem}.js among ${names.join(", ")}`);
  return name;
}
