import { giveRepository } from "../box/hand-over";
import { GitFailed, git } from "./git";
import { keeperOf } from "./keeper";
import { withOwnRepository } from "./own-repository";
import { type Credentials, callOf, findRemote, masked } from "./remote";

/** Milliseconds for a remote to answer; runs start from what is there where it does not. */
const REMOTE_MS = 20_000;
/** Where branches and tags that were fetched stand, so that the project's own refs stay as they are. */
export const FETCHED = "refs/phaseboard/remote";

/** Fetches of a project that are under way, so that runs that start together ask its remote once. */
const underWay = new Map<string, Promise<string | null>>();

/**
 * Fetches the branch and the tag of this name into refs of ours. Gives why that was not possible; null where it was, or
 * where the remote has none of that name.
 */
export function fetchRef(
  project: string,
  remote: string,
  name: string,
  credentials: Credentials | null,
): Promise<string | null> {
  const key = `${project}\0${remote}\0${name}`;
  const going = underWay.get(key);
  if (going) return going;
  const fetching = fetchFrom(project, remote, name, credentials).finally(() => underWay.delete(key));
  underWay.set(key, fetching);
  return fetching;
}

/**
 * Works in an empty repository of our own, with the credentials of the project or of the server's user: the project's
 * config may be written by a step of a run that shares the folder, and could name programs.
 */
async function fetchFrom(
  project: string,
  name: string,
  ref: string,
  credentials: Credentials | null,
): Promise<string | null> {
  const remote = await findRemote(project, name, { credentials });
  if ("refusal" in remote) return remote.refusal;
  const keeper = await keeperOf(project, "clone");
  try {
    await withOwnRepository(keeper, async (own) => {
      const call = { ...callOf(remote, own.call), timeout_ms: REMOTE_MS };
      const told = await git(["ls-remote", "--", remote.url, `refs/heads/${ref}`, `refs/tags/${ref}`], call);
      const refs = told.split("\n").flatMap((line) => line.split("\t")[1] ?? []);
      if (refs.length === 0) return;
      const quiet = ["--quiet", "--no-tags", "--no-write-fetch-head", "--no-recurse-submodules"];
      await git(["fetch", ...quiet, "--", remote.url, ...refs.map((each) => `+${each}:${each}`)], call);
      await own.keep();
      const fetched = await git(["for-each-ref", "--format=%(objectname) %(refname)"], own.call);
      const input = fetched.split("\n").flatMap((line) => {
        const [object, full = ""] = line.split(" ");
        return full === "" ? [] : `update ${FETCHED}/${full.slice("refs/".length)} ${object}\n`;
      });
      const inKeeper = { cwd: keeper, env: { GIT_DIR: keeper }, input: input.join("") };
      await git(["update-ref", "--stdin"], inKeeper);
    });
    await giveRepository(project);
    return null;
  } catch (error) {
    if (error instanceof GitFailed) return masked(remote, error.message);
    throw error;
  }
}
