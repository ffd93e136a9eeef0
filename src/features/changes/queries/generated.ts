import { rm } from "node:fs/promises";
import type { RawChange } from "../../../git/diff/raw-diff";
import type { GitReader } from "../../../git/reader";

/** Files that a tool writes and nobody reads line by line, by the last part of their names. */
const LOCKS = new Set([
  "package-lock.json",
  "npm-shrinkwrap.json",
  "pnpm-lock.yaml",
  "bun.lock",
  "bun.lockb",
  "composer.lock",
  "packages.lock.json",
  "go.sum",
  "gradle.lockfile",
  "package.resolved",
  "flake.lock",
]);
const LOCK = /(?:^|[.-])lock$/;
const MINIFIED = /[.-]min\.(?:[cm]?js|css)$|\.(?:[cm]?js|css)\.map$/;
const ATTRIBUTE = "linguist-generated";

/** True where a file's name alone says that a tool has written it. `Cargo.lock`, `yarn.lock`, `app.min.js` do. */
export function isGeneratedName(path: string): boolean {
  const name = path.slice(path.lastIndexOf("/") + 1).toLowerCase();
  return LOCKS.has(name) || LOCK.test(name) || MINIFIED.test(name);
}

/** The paths of files that a tool has written, by their names, or as the tree's `.gitattributes` say of them. */
export async function generatedOf(
  git: GitReader,
  tree: string,
  changes: readonly RawChange[],
): Promise<Set<string>> {
  const named = new Set(changes.map(({ path }) => path).filter(isGeneratedName));
  if (changes.length === 0) return named;
  for (const [path, value] of await attributesOf(git, tree, changes)) {
    if (value === "set" || value === "true") named.add(path);
    else if (value === "unset" || value === "false") named.delete(path);
  }
  return named;
}

/** What the attributes of the tree say, read by git from an index that has nothing but them. */
async function attributesOf(
  git: GitReader,
  tree: string,
  changes: readonly RawChange[],
): Promise<[path: string, value: string][]> {
  const listed = (await git.bytes(["ls-tree", "-r", "-z", tree])).toString("latin1").split("\0");
  const files = listed.filter((line) => /\t(?:[\s\S]*\/)?\.gitattributes$/.test(line));
  if (files.length === 0) return [];
  const env = { GIT_INDEX_FILE: git.newIndex() };
  try {
    await git.text(["update-index", "-z", "--index-info"], { env, input: bytesOf(files) });
    const input = bytesOf(changes.map(({ path }) => path));
    const said = await git.bytes(["check-attr", "--cached", "-z", "--stdin", ATTRIBUTE], { env, input });
    const fields = said.toString("latin1").split("\0");
    return changes.map((_, at) => [fields[at * 3] ?? "", fields[at * 3 + 2] ?? ""]);
  } finally {
    await rm(env.GIT_INDEX_FILE, { force: true });
  }
}

const bytesOf = (fields: readonly string[]) =>
  Buffer.from(fields.map((field) => `${field}\0`).join(""), "latin1");
