import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { constants } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { brotliCompress, gzip } from "node:zlib";

/** The folder of this package. This file runs both unbuilt and bundled in `dist/`. */
const ROOT = findRoot();
export const DIST = join(ROOT, "dist");

/** Files and folders that the build depends on. */
const INPUTS = [
  "src",
  "drizzle",
  "package.json",
  "package-lock.json",
  "next.config.mjs",
  "postcss.config.mjs",
];
/** Tests, benchmarks, the packed client and the map are not in the product, so changes to them cause no build. */
const ASIDE = /(\.test\.tsx?$|^src\/(test|bench|chaos|client)\/|^src\/ARCHITECTURE\.md$)/;
/** The pages do not contain the command line. */
const ASIDE_OF_WEB = /^src\/cli\/.*\.ts$/;
const STAMPS = { cli: join(DIST, "stamp"), web: join(ROOT, ".next", "phaseboard-stamp") };
/** What ends a start, and with it the build that it began. */
const SIGNALS = /** @type {const} */ (["SIGINT", "SIGTERM", "SIGHUP"]);
/** Fonts and pictures are compressed in themselves. */
const COMPRESSED = /\.(js|css|svg)$/;
const gzipBytes = promisify(gzip);
const brotliBytes = promisify(brotliCompress);
const BUILD_LOCK = join(DIST, "build.lock");

function findRoot() {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, "drizzle", "meta"))) folder = dirname(folder);
  return folder;
}

/**
 * Builds what is older than the sources: the command line always, the pages where `web` is asked for.
 * @param {{ web: boolean, say: (line: string) => void }} options
 */
export async function buildWhereNeeded({ web, say }) {
  const hashes = await hashInputs();
  const isStale = async (/** @type {"cli" | "web"} */ part) =>
    (await readOr(STAMPS[part], "")) !== hashes[part];
  const builds = { cli: await isStale("cli"), web: web && (await isStale("web")) };
  if (!builds.cli && !builds.web) return;
  const release = await lockBuild(say);
  try {
    if (builds.cli && (await isStale("cli"))) {
      say("Building the command line");
      await buildCli();
      await writeFile(STAMPS.cli, hashes.cli);
    }
    if (builds.web && (await isStale("web"))) {
      say("Building the pages; the first time takes a minute or two");
      await rm(STAMPS.web, { force: true });
      await buildWeb();
      await compressAssets();
      await writeFile(STAMPS.web, hashes.web);
    }
  } finally {
    await release();
  }
}

/** True if both parts are built from the current sources. */
export async function isBuilt() {
  const hashes = await hashInputs();
  return (await readOr(STAMPS.cli, "")) === hashes.cli && (await readOr(STAMPS.web, "")) === hashes.web;
}

/** @returns {import("esbuild").BuildOptions} */
export function cliBuildOptions() {
  return {
    absWorkingDir: ROOT,
    entryPoints: [
      ...["main", "web", "worker", "check-settings"].map((name) => ({ in: `src/cli/${name}.ts`, out: name })),
      { in: "src/engine/code/host/main.ts", out: "code-host" },
    ],
    outdir: DIST,
    bundle: true,
    splitting: true,
    format: "esm",
    platform: "node",
    target: "node20",
    packages: "external",
    logLevel: "silent",
    metafile: true,
  };
}

async function buildCli() {
  const { build, stop } = await import("esbuild");
  const result = await build(cliBuildOptions()).catch((error) => {
    throw new BuildError(error.message);
  });
  // esbuild's helper process would keep this one alive.
  await stop();
  const made = Object.keys(result.metafile?.outputs ?? {}).map((path) => path.slice("dist/".length));
  const kept = new Set([...made, "build.lock", "client"]);
  for (const name of await readdir(DIST))
    if (!kept.has(name)) await rm(join(DIST, name), { recursive: true });
}

async function buildWeb() {
  const next = createRequire(import.meta.url).resolve("next/dist/bin/next");
  const child = spawn(process.execPath, [next, "build"], {
    cwd: ROOT,
    env: { ...process.env, NODE_ENV: "production", NEXT_TELEMETRY_DISABLED: "1" },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  child.stdout.on("data", (bytes) => {
    output += bytes;
  });
  child.stderr.on("data", (bytes) => {
    output += bytes;
  });
  const stop = () => child.kill("SIGTERM");
  // A signal that nothing handles ends a process without its exit; the build would go on and be in the next one's way.
  const end = (/** @type {NodeJS.Signals} */ signal) => process.exit(128 + constants.signals[signal]);
  process.once("exit", stop);
  for (const signal of SIGNALS) process.once(signal, end);
  const code = await new Promise((resolve) => {
    child.once("error", () => resolve(-1));
    child.once("close", resolve);
  });
  process.off("exit", stop);
  for (const signal of SIGNALS) process.off(signal, end);
  if (code !== 0) throw new BuildError(output.trim().split("\n").slice(-40).join("\n"));
}

/** Puts a gzip and a Brotli version beside each script and style, which are then sent as they are. */
async function compressAssets() {
  const folder = join(ROOT, ".next", "static");
  const names = (await readdir(folder, { recursive: true })).filter((name) => COMPRESSED.test(name));
  await Promise.all(
    names.map(async (name) => {
      const path = join(folder, name);
      const bytes = await readFile(path);
      await writeFile(`${path}.gz`, await gzipBytes(bytes, { level: 9 }));
      await writeFile(`${path}.br`, await brotliBytes(bytes));
    }),
  );
}

/** A failed build; its message is the builder's output. */
export class BuildError extends Error {}

/** SHA-256, in hex, of the names and contents of the files from which each part is built. */
async function hashInputs() {
  const files = await listFiles();
  const contents = await Promise.all(files.map((file) => readFile(join(ROOT, file))));
  const cli = createHash("sha256").update(process.version);
  const web = createHash("sha256").update(process.version);
  for (const [index, file] of files.entries()) {
    for (const hash of ASIDE_OF_WEB.test(file) ? [cli] : [cli, web]) {
      hash.update(`\0${file}\0`).update(contents[index] ?? "");
    }
  }
  return { cli: cli.digest("hex"), web: web.digest("hex") };
}

async function listFiles() {
  const files = [];
  for (const input of INPUTS) {
    const entries = await readdir(join(ROOT, input), { recursive: true, withFileTypes: true }).catch(
      () => null,
    );
    if (!entries) {
      if (existsSync(join(ROOT, input))) files.push(input);
      continue;
    }
    for (const entry of entries) {
      const path = join(entry.parentPath ?? entry.path, entry.name)
        .slice(ROOT.length + 1)
        .replaceAll("\\", "/");
      if (entry.isFile() && !ASIDE.test(path)) files.push(path);
    }
  }
  return files.sort();
}

/** Lets one process build at a time; a lock of a process that has ended is ignored. */
async function lockBuild(/** @type {(line: string) => void} */ say) {
  for (let told = false; ; ) {
    try {
      await mkdir(DIST, { recursive: true });
      await writeFile(BUILD_LOCK, String(process.pid), { flag: "wx" });
      return () => rm(BUILD_LOCK, { force: true });
    } catch (error) {
      if (!(error instanceof Error) || !("code" in error) || error.code !== "EEXIST") {
        throw new BuildError(
          `${ROOT} cannot be written, and it must be built first. Run npm start once as its owner.`,
        );
      }
    }
    const holder = Number(await readOr(BUILD_LOCK, ""));
    if (!isRunning(holder)) await rm(BUILD_LOCK, { force: true });
    else if (!told) {
      say(`Waiting for another build (process ${holder})`);
      told = true;
    }
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

function isRunning(/** @type {number} */ pid) {
  try {
    // An empty file is a lock whose owner has not written its process id yet.
    if (pid === 0) return true;
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}

async function readOr(/** @type {string} */ path, /** @type {string} */ otherwise) {
  return readFile(path, "utf8").catch(() => otherwise);
}
