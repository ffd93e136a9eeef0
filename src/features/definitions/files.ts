import { createHash } from "node:crypto";
import { constants, type Dirent } from "node:fs";
import { open, readdir, realpath } from "node:fs/promises";
import { extname, join, sep } from "node:path";
import type { LoadedCode } from "../../engine/code/load-code";
import { MAX_SOURCE_BYTES } from "../../engine/definition/yaml-document";
import { AppError, messageOf } from "../../lib/errors";
import { createLocalStorage } from "../../storage/local";
import { StorageKeyError } from "../../storage/storage";

/** Where a project's definitions are, relative to its folder. */
export const DEFINITIONS_FOLDER = ".agent/workflows/definitions";

/** More files than this are a folder that was not meant for definitions. */
const MAX_FILES = 500;

/** What a file says, or why it was not read. */
export type FileContent = { source: string; sha256: string } | { refused: string };

export interface DefinitionFile {
  /** Relative to the project. */
  path: string;
  type: "yaml" | "code";
  content: FileContent;
  /** What TypeScript of this content loaded to; absent until it was loaded, which takes a process of its own. */
  loaded?: LoadedCode;
}

export function sha256Of(source: string): string {
  return createHash("sha256").update(source).digest("hex");
}

/** The type of definition that a file of this name holds, null where it holds none. */
function definitionTypeOf(name: string): "yaml" | "code" | null {
  if (name.startsWith(".")) return null;
  const extension = extname(name);
  if (extension === ".yaml" || extension === ".yml") return "yaml";
  return extension === ".ts" && !name.endsWith(".d.ts") ? "code" : null;
}

/**
 * All definitions in a project's folder, by path. A folder of definitions that is not there holds none; a
 * project folder that is not there throws, so that an unmounted disk archives nothing.
 */
export async function readDefinitionFiles(project: string): Promise<DefinitionFile[]> {
  const root = await rootOf(project);
  const folder = await realpath(join(root, DEFINITIONS_FOLDER)).catch(absent);
  if (folder === null) return [];
  if (!isInside(root, folder)) {
    throw new AppError("BAD_REQUEST", `${DEFINITIONS_FOLDER} is a link that leads out of the project.`);
  }
  const entries = await readdir(folder, { withFileTypes: true }).catch(absent);
  const files = (entries ?? []).flatMap((entry) => definitionAt(entry)).sort(byPath);
  if (files.length > MAX_FILES) {
    throw new AppError("BAD_REQUEST", `${DEFINITIONS_FOLDER} has more than ${MAX_FILES} definitions.`);
  }
  const read: DefinitionFile[] = [];
  for (const file of files) {
    const content = await readInside(root, file.path);
    if (content) read.push({ ...file, content });
  }
  return read;
}

/** One file of a project as it is now, null where it is gone. */
export async function readDefinitionFile(project: string, path: string): Promise<FileContent | null> {
  return readInside(await rootOf(project), path);
}

/**
 * Replaces the file as a whole: readers see the old text or the new. Throws INSUFFICIENT_STORAGE where there
 * is no room, BAD_REQUEST where the folder cannot be written.
 */
export async function writeDefinitionFile(project: string, path: string, source: string): Promise<void> {
  const storage = createLocalStorage(await rootOf(project));
  await storage.put(path, source).catch((error: unknown) => {
    if (error instanceof StorageKeyError) {
      throw new AppError("BAD_REQUEST", `${DEFINITIONS_FOLDER} is a link that leads out of the project.`);
    }
    if (codeOf(error) === "ENOSPC") {
      throw new AppError("INSUFFICIENT_STORAGE", `There is no room on the server's disk for ${path}.`);
    }
    refuseDisk(error, `${path} cannot be written`);
  });
}

async function rootOf(project: string): Promise<string> {
  const root = await realpath(project).catch(absent);
  if (root === null) throw new AppError("BAD_REQUEST", `The project's folder ${project} is not there.`);
  return root;
}

function definitionAt(entry: Dirent): Omit<DefinitionFile, "content">[] {
  const type = entry.isDirectory() ? null : definitionTypeOf(entry.name);
  return type ? [{ path: `${DEFINITIONS_FOLDER}/${entry.name}`, type }] : [];
}

const byPath = (a: { path: string }, b: { path: string }) => (a.path < b.path ? -1 : 1);

async function readInside(root: string, path: string): Promise<FileContent | null> {
  const real = await realpath(join(root, path)).catch(absent);
  if (real === null) return null;
  if (!isInside(root, real)) return { refused: "is a link that leads out of the project" };
  // The size is checked first, and a pipe or device is neither waited for nor read.
  const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
  let handle: Awaited<ReturnType<typeof open>>;
  try {
    handle = await open(real, flags);
  } catch (error) {
    return isAbsent(error) ? null : { refused: `cannot be read: ${messageOf(error)}` };
  }
  try {
    const facts = await handle.stat();
    if (!facts.isFile()) return { refused: "is not a file" };
    if (facts.size > MAX_SOURCE_BYTES) return { refused: "has more than 256 KB" };
    // It may grow while it is read, so the bound holds for the bytes too.
    const bytes = Buffer.alloc(MAX_SOURCE_BYTES + 1);
    let length = 0;
    for (let read = 1; read > 0 && length < bytes.length; length += read) {
      read = (await handle.read(bytes, length, bytes.length - length)).bytesRead;
    }
    return length > MAX_SOURCE_BYTES
      ? { refused: "has more than 256 KB" }
      : decode(bytes.subarray(0, length));
  } finally {
    await handle.close();
  }
}

function decode(bytes: Uint8Array): FileContent {
  try {
    const source = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    return source.includes("\0") ? { refused: "has a NUL character" } : { source, sha256: sha256Of(source) };
  } catch {
    return { refused: "is not UTF-8 text" };
  }
}

function isInside(root: string, path: string): boolean {
  return path.startsWith(root.endsWith(sep) ? root : root + sep);
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && "code" in error ? error.code : undefined;
}

function isAbsent(error: unknown): boolean {
  return codeOf(error) === "ENOENT" || codeOf(error) === "ENOTDIR";
}

function absent(error: unknown): null {
  if (isAbsent(error)) return null;
  return refuseDisk(error, `${DEFINITIONS_FOLDER} cannot be read`);
}

/** What the disk refuses is for whoever runs the server to mend, and no fault of ours. */
function refuseDisk(error: unknown, what: string): never {
  const code = codeOf(error);
  if (typeof code !== "string" || !(error instanceof Error && "syscall" in error)) throw error;
  throw new AppError("BAD_REQUEST", `${what} on the server (${code}).`);
}
