import { createHash } from "node:crypto";
import type { Dirent } from "node:fs";
import { readdir, realpath } from "node:fs/promises";
import { basename, extname, join, sep } from "node:path";
import { isNoRoom } from "../../db/fault-codes";
import type { LoadedCode } from "../../engine/code/load-code";
import { MAX_SOURCE_BYTES } from "../../engine/definition/yaml-document";
import { AppError } from "../../lib/errors";
import { slugOf } from "../../lib/slug";
import { createLocalStorage } from "../../storage/local";
import { readTextInside } from "../../storage/read-text-inside";
import { StorageKeyError } from "../../storage/storage";
import { followLinks } from "./follow-links";

/** The definitions folder, relative to the project. */
export const DEFINITIONS_FOLDER = ".agent/workflows/definitions";

/** A folder with more files than this was hardly meant for definitions. */
const MAX_FILES = 500;

/** A file's text, or why it was not read. */
export type FileContent = { source: string; sha256: string } | { refused: string };

export interface DefinitionFile {
  /** Path relative to the project. */
  path: string;
  type: "yaml" | "code";
  content: FileContent;
  /** For a symbolic link: every link on the way and the target, as absolute paths. */
  links: string[];
  /** The result of loading this TypeScript text; absent until it was loaded in a process of its own. */
  loaded?: LoadedCode;
}

export function sha256Of(source: string): string {
  return createHash("sha256").update(source).digest("hex");
}

/** The definition type for a file name; null if such a file is no definition. */
export function definitionTypeOf(name: string): "yaml" | "code" | null {
  if (name.startsWith(".")) return null;
  const extension = extname(name).toLowerCase();
  if (extension === ".yaml" || extension === ".yml") return "yaml";
  return extension === ".ts" && !/\.d\.ts$/i.test(name) ? "code" : null;
}

/** A file's name without its extension. Files with the same stem are the same definition. */
export function stemOf(path: string): string {
  return basename(path, extname(path));
}

/** The slug for a file's definition, which stays when the definition is renamed. */
export const slugOfFile = (path: string) => slugOf(stemOf(path)) || "definition";

/** Another file in the folder with the same stem as `path`; relative to the project, null if there is none. */
export async function findSameStem(project: string, path: string): Promise<string | null> {
  const names = (await openFolder(project)).entries.map(({ name }) => name);
  const same = names.filter((name) => definitionTypeOf(name) !== null && stemOf(name) === stemOf(path));
  const other = same.map((name) => `${DEFINITIONS_FOLDER}/${name}`).filter((each) => each !== path);
  return other.sort()[0] ?? null;
}

/**
 * All definition files of a project, by path. A missing definitions folder counts as empty. A missing project
 * folder throws, so that an unmounted disk does not archive every definition.
 */
export async function readDefinitionFiles(project: string): Promise<DefinitionFile[]> {
  const { root, entries } = await openFolder(project);
  const files = entries.flatMap((entry) => definitionAt(entry)).sort(byPath);
  if (files.length > MAX_FILES) {
    throw new AppError("BAD_REQUEST", `${DEFINITIONS_FOLDER} has more than ${MAX_FILES} definitions.`);
  }
  const read: DefinitionFile[] = [];
  for (const { is_link, ...file } of files) {
    const links = is_link ? await followLinks(join(root, file.path)) : [];
    const content = (await readInside(root, file.path)) ?? (is_link ? LEADS_NOWHERE : null);
    if (content) read.push({ ...file, content, links });
  }
  return read;
}

const LEADS_NOWHERE: FileContent = { refused: "is a link that leads nowhere" };

/** The definitions folder with its entries; `folder` is null if there is none. Throws as `readDefinitionFiles`. */
export async function openFolder(
  project: string,
): Promise<{ root: string; folder: string | null; entries: Dirent[] }> {
  const root = await rootOf(project);
  const folder = await realpath(join(root, DEFINITIONS_FOLDER)).catch(absent);
  if (folder === null) return { root, folder, entries: [] };
  if (!isInside(root, folder)) {
    throw new AppError("BAD_REQUEST", `${DEFINITIONS_FOLDER} is a link that leads out of the project.`);
  }
  return { root, folder, entries: (await readdir(folder, { withFileTypes: true }).catch(absent)) ?? [] };
}

/** One definition file as it is now; null if it is gone. */
export async function readDefinitionFile(project: string, path: string): Promise<FileContent | null> {
  return readInside(await rootOf(project), path);
}

/**
 * Replaces the whole file atomically. Throws INSUFFICIENT_STORAGE if there is no room, BAD_REQUEST if the
 * folder cannot be written.
 */
export async function writeDefinitionFile(project: string, path: string, source: string): Promise<void> {
  const storage = createLocalStorage(await rootOf(project));
  await storage.put(path, source).catch((error: unknown) => {
    if (error instanceof StorageKeyError) {
      throw new AppError("BAD_REQUEST", `${DEFINITIONS_FOLDER} is a link that leads out of the project.`);
    }
    if (isNoRoom(error)) {
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

function definitionAt(entry: Dirent): (Pick<DefinitionFile, "path" | "type"> & { is_link: boolean })[] {
  const type = entry.isDirectory() ? null : definitionTypeOf(entry.name);
  const path = `${DEFINITIONS_FOLDER}/${entry.name}`;
  return type ? [{ path, type, is_link: entry.isSymbolicLink() }] : [];
}

const byPath = (a: { path: string }, b: { path: string }) => (a.path < b.path ? -1 : 1);

async function readInside(root: string, path: string): Promise<FileContent | null> {
  const read = await readTextInside(root, path, MAX_SOURCE_BYTES);
  return read && "text" in read ? { source: read.text, sha256: sha256Of(read.text) } : read;
}

function isInside(root: string, path: string): boolean {
  return path.startsWith(root.endsWith(sep) ? root : root + sep);
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && "code" in error ? error.code : undefined;
}

function absent(error: unknown): null {
  if (codeOf(error) === "ENOENT" || codeOf(error) === "ENOTDIR") return null;
  return refuseDisk(error, `${DEFINITIONS_FOLDER} cannot be read`);
}

/** Errors of the disk are the operator's to fix, so they get a message of their own. */
function refuseDisk(error: unknown, what: string): never {
  const code = codeOf(error);
  if (typeof code !== "string" || !(error instanceof Error && "syscall" in error)) throw error;
  throw new AppError("BAD_REQUEST", `${what} on the server (${code}).`);
}
