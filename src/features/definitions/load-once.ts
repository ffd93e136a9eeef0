import { readFile, stat } from "node:fs/promises";
import { type LoadedCode, loadCodeDefinition } from "../../engine/code/load-code";
import { sha256Of } from "./files";
import { loadTurns } from "./load-turns";

interface Failure {
  loaded: LoadedCode;
  /** Hash over the bytes of all files that went into the attempt. */
  digest: string;
}

/** Failed loads by project and file, so that they are not repeated. Successful loads are not kept here. */
const failures = new Map<string, Failure>();
const MAX_FAILURES = 10_000;

export type LoadLimits = Parameters<typeof loadCodeDefinition>[2];

/**
 * Loads a TypeScript definition when it is its project's turn. A failed load is not repeated until one of its
 * files changes, if all of them are known. `project` is the absolute folder.
 */
export async function loadOnce(project: string, path: string, limits?: LoadLimits): Promise<LoadedCode> {
  const key = `${project}\0${path}`;
  const known = failures.get(key);
  if (known && (await digestOf(known.loaded.files)) === known.digest) return known.loaded;
  failures.delete(key);
  return loadTurns.take(project, async () => {
    const begun = Date.now();
    const loaded = await loadCodeDefinition(project, path, limits);
    if (loaded.ok || !loaded.complete) return loaded;
    const digest = await digestOf(loaded.files);
    // Remember the failure only if no file changed while it was being loaded.
    if (await areOlder(loaded.files, begun)) {
      if (failures.size >= MAX_FAILURES) failures.clear();
      failures.set(key, { loaded, digest });
    }
    return loaded;
  });
}

async function digestOf(files: string[]): Promise<string> {
  const parts = await Promise.all(files.map((file) => readFile(file, "latin1").catch(() => null)));
  return sha256Of(JSON.stringify(parts.map((text) => text && sha256Of(text))));
}

async function areOlder(files: string[], than: number): Promise<boolean> {
  const stats = await Promise.all(files.map((file) => stat(file).catch(() => null)));
  return stats.every((found) => found !== null && found.mtimeMs < than);
}
