import { existsSync } from "node:fs";
import { join } from "node:path";
import { type GitCall, GitFailed, git, gitIfAny } from "./git";

/** Milliseconds for a submodule that the project does not have to come from its remote. */
const REMOTE_MS = 120_000;
const LEVELS = 8;

/**
 * Checks out the submodules of a new clone, and theirs. What the project has of them (`modules` of its `.git`) is taken
 * from there; the rest is fetched from where it says. Gives what could not be had, in words for people.
 */
export async function initSubmodules(folder: string, modules: string, level = 0): Promise<string[]> {
  if (!existsSync(join(folder, ".gitmodules")) || level > LEVELS) return [];
  const { lines, fault } = await readModules({ cwd: folder });
  const missing = fault === null ? [] : [`Submodules are not checked out: ${fault}`];
  for (const line of lines) {
    const [key = "", path = ""] = [line.slice(0, line.indexOf("\n")), line.slice(line.indexOf("\n") + 1)];
    const name = key.slice("submodule.".length, -".path".length);
    const own = join(modules, name);
    const failure = await initOne(folder, name, path, existsSync(own) ? own : null);
    if (failure !== null) missing.push(`The submodule ${path} could not be checked out: ${failure}`);
    else missing.push(...(await initSubmodules(join(folder, path), join(own, "modules"), level + 1)));
  }
  return missing;
}

/**
 * The submodules that the folder's `.gitmodules` names, as git tells its settings: a key, a line's end, the path. A file
 * that git cannot read is a step's or the project's own fault, and stops nothing: it names none, and `fault` says why.
 */
export async function readModules(call: GitCall): Promise<{ lines: string[]; fault: string | null }> {
  const words = ["config", "--file", ".gitmodules", "-z", "--get-regexp", "^submodule\\..*\\.path$"];
  try {
    const told = await gitIfAny(words, call);
    return { lines: (told ?? "").split("\0").filter(Boolean), fault: null };
  } catch (error) {
    if (!(error instanceof GitFailed) || error.code === null) throw error;
    return { lines: [], fault: `.gitmodules cannot be read: ${error.message}` };
  }
}

async function initOne(
  folder: string,
  name: string,
  path: string,
  own: string | null,
): Promise<string | null> {
  const update = ["submodule", "--quiet", "update", "--init", "--no-recommend-shallow", "--", path];
  try {
    if (own === null) {
      const env = { GIT_ALLOW_PROTOCOL: "https:http:ssh:git" };
      await git(update, { cwd: folder, env, asServer: true, timeout_ms: REMOTE_MS });
      return null;
    }
    await git(["submodule", "--quiet", "init", "--", path], { cwd: folder });
    const url = await git(["config", "--get", `submodule.${name}.url`], { cwd: folder });
    await git(["config", `submodule.${name}.url`, own], { cwd: folder });
    try {
      await git(update, { cwd: folder, env: { GIT_ALLOW_PROTOCOL: "file" } });
      await git(["config", "remote.origin.url", url], { cwd: join(folder, path) });
    } finally {
      await git(["config", `submodule.${name}.url`, url], { cwd: folder });
    }
    return null;
  } catch (error) {
    if (error instanceof GitFailed) return error.message;
    throw error;
  }
}
