import { mkdtemp, realpath, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { isAbsolute, join, resolve } from "node:path";
import { giveRepository } from "../box/hand-over";
import { isBelow } from "../lib/is-below";
import { readSettings } from "../lib/settings";
import { GitFailed, git, gitIfAny } from "./git";
import { keeperOf } from "./keeper";
import { moveObjects } from "./move-objects";

/** Milliseconds for a remote to answer; runs start from what is there where it does not. */
const REMOTE_MS = 20_000;
/** Where branches and tags that were fetched stand, so that the project's own refs stay as they are. */
export const FETCHED = "refs/phaseboard/remote";
const PROTOCOLS = "https:http:ssh:git:file";

/** Fetches of a project that are under way, so that runs that start together ask its remote once. */
const underWay = new Map<string, Promise<string | null>>();

/**
 * Fetches the branch and the tag of this name into refs of ours. Gives why that was not possible; null where it was, or
 * where the remote has none of that name.
 */
export function fetchRef(project: string, remote: string, name: string): Promise<string | null> {
  const key = `${project}\0${remote}\0${name}`;
  const going = underWay.get(key);
  if (going) return going;
  const fetching = fetchFrom(project, remote, name).finally(() => underWay.delete(key));
  underWay.set(key, fetching);
  return fetching;
}

/**
 * Works in an empty repository of our own, with the credentials of the server's user: the project's config may be
 * written by a step of a run that shares the folder, and could name programs.
 */
async function fetchFrom(project: string, remote: string, name: string): Promise<string | null> {
  const url = await gitIfAny(["config", "--get", `remote.${remote}.url`], { cwd: project });
  if (url === null) return null;
  if (!(await isReachable(project, url)))
    return `${url} is a folder in which Phaseboard keeps projects or data`;
  const keeper = await keeperOf(project, "clone");
  const own = await mkdtemp(join(tmpdir(), "phaseboard-fetch-"));
  const env = { GIT_DIR: own, GIT_ALLOW_PROTOCOL: PROTOCOLS };
  const call = { cwd: own, timeout_ms: REMOTE_MS, asServer: true, env };
  try {
    const format = await git(["rev-parse", "--show-object-format"], { cwd: project });
    await git(["init", "--quiet", "--bare", "--template=", `--object-format=${format}`, own], { cwd: own });
    const from = isAbsolute(url) || !url.startsWith(".") ? url : resolve(project, url);
    const told = await git(["ls-remote", "--", from, `refs/heads/${name}`, `refs/tags/${name}`], call);
    const refs = told.split("\n").flatMap((line) => line.split("\t")[1] ?? []);
    if (refs.length === 0) return null;
    const quiet = ["--quiet", "--no-tags", "--no-write-fetch-head", "--no-recurse-submodules"];
    const known = { ...env, GIT_ALTERNATE_OBJECT_DIRECTORIES: join(keeper, "objects") };
    await git(["fetch", ...quiet, "--", from, ...refs.map((ref) => `+${ref}:${ref}`)], {
      ...call,
      env: known,
    });
    await moveObjects(join(own, "objects"), join(keeper, "objects"));
    const fetched = await git(["for-each-ref", "--format=%(objectname) %(refname)"], { ...call, env: known });
    const updates = fetched.split("\n").filter(Boolean);
    const input = updates.map((line) => {
      const [object, ref = ""] = line.split(" ");
      return `update ${FETCHED}/${ref.slice("refs/".length)} ${object}\n`;
    });
    await git(["update-ref", "--stdin"], { cwd: keeper, env: { GIT_DIR: keeper }, input: input.join("") });
    await giveRepository(project);
    return null;
  } catch (error) {
    if (error instanceof GitFailed) return error.message;
    throw error;
  } finally {
    await rm(own, { recursive: true, force: true });
  }
}

/** A remote on this machine must be none of another project: the server's user may read more than a project may. */
async function isReachable(project: string, url: string): Promise<boolean> {
  const path = url.startsWith("file://") ? url.slice("file://".length) : url;
  if (/^[\w.+-]+:\/\//.test(url) && !url.startsWith("file://")) return true;
  if (/^[^/]+:/.test(path)) return true;
  const real = await realpath(resolve(project, path)).catch(() => null);
  const { dataDir, projectRoots } = readSettings();
  const closed = await Promise.all(
    [dataDir, ...projectRoots].map((root) => realpath(root).catch(() => root)),
  );
  return real !== null && closed.every((root) => real !== root && !isBelow(root, real));
}
