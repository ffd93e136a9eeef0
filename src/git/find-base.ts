import { FETCHED, fetchRef } from "./fetch-ref";
import { type GitCall, gitIfAny } from "./git";
import { type Credentials, mainRemote } from "./remote";

export interface Base {
  commit: string;
  /** Name of the branch, tag or commit. */
  name: string;
  /** For people: where it comes from, or why not from the remote. Null where there is nothing to say. */
  note: string | null;
}

/**
 * The commit that a run begins from: the branch, tag or commit `wanted`, else the project's main branch. It is fetched
 * first where the project has a remote that answers. Null where the project has no branch yet; a reason for people where
 * there is no such thing.
 */
export async function findBase(
  project: string,
  wanted: string | null,
  credentials: Credentials | null,
): Promise<Base | { refusal: string } | null> {
  const call = { cwd: project };
  if (wanted !== null && !isName(wanted))
    return { refusal: `"${wanted}" is no name of a branch, tag or commit` };
  if (wanted !== null && COMMIT.test(wanted)) {
    const commit = await find(call, [wanted]);
    if (commit) return { commit, name: wanted.slice(0, 7), note: null };
  }
  const remote = await mainRemote(project);
  const main = wanted ?? (await mainOf(call, remote));
  const failure =
    remote === null || main === null ? null : await fetchRef(project, remote, main, credentials);
  const note = failure && `${remote} did not answer (${failure}); what is here counts`;
  const name = main ?? "HEAD";
  const [local, fetched] = [await find(call, localNames(name)), await find(call, fetchedNames(name))];
  if (local && fetched && local !== fetched) {
    if (await contains(call, fetched, local)) return { commit: fetched, name, note };
    if (await contains(call, local, fetched)) return { commit: local, name, note };
    return {
      commit: local,
      name,
      note: `${name} here and on ${remote} have parted; the one here counts`,
    };
  }
  const commit = local ?? fetched;
  if (commit) return { commit, name, note };
  if (wanted === null && !(await hasBranch(call))) return null;
  if (wanted === null)
    return {
      refusal: `The project's branch "${name}" does not exist. Check out one that does, or name it as the run's base`,
    };
  return { refusal: `The project has no branch, tag or commit "${wanted}" to begin from` };
}

/** The branch that `wanted` names, else the project's main branch; null where neither is known. */
export async function mainBranch(project: string, wanted: string | null): Promise<string | null> {
  const call = { cwd: project };
  const names =
    wanted !== null && isName(wanted) ? [`refs/heads/${wanted}`, `${FETCHED}/heads/${wanted}`] : [];
  if (wanted !== null && (await find(call, names)) !== null) return wanted;
  const main = await mainOf(call, await mainRemote(project));
  return main === "HEAD" ? null : main;
}

/** A whole name of a commit, which cannot have moved. */
const COMMIT = /^([0-9a-f]{40}|[0-9a-f]{64})$/;

const isName = (name: string) => name !== "" && !name.startsWith("-") && !/[\s\0]|\.\.|@\{/.test(name);

const localNames = (name: string) => [`refs/heads/${name}`, `refs/tags/${name}`, name];
const fetchedNames = (name: string) => [`${FETCHED}/heads/${name}`, `${FETCHED}/tags/${name}`];

async function find(call: GitCall, names: string[]): Promise<string | null> {
  for (const name of names) {
    const found = await gitIfAny(
      ["rev-parse", "--verify", "--quiet", "--end-of-options", `${name}^{commit}`],
      call,
    );
    if (found) return found;
  }
  return null;
}

const hasBranch = async (call: GitCall) =>
  Boolean(await gitIfAny(["for-each-ref", "--count=1", "refs/heads"], call));

const contains = async (call: GitCall, whole: string, part: string) =>
  (await gitIfAny(["merge-base", "--is-ancestor", part, whole], call)) !== null;

/** The name of the project's main branch; null where it has none. */
async function mainOf(call: GitCall, remote: string | null): Promise<string | null> {
  if (remote !== null) {
    const told = await gitIfAny(["symbolic-ref", "--quiet", `refs/remotes/${remote}/HEAD`], call).catch(
      () => null,
    );
    if (told) return told.slice(`refs/remotes/${remote}/`.length);
  }
  for (const name of ["main", "master"]) if (await find(call, [`refs/heads/${name}`])) return name;
  const own = await gitIfAny(["symbolic-ref", "--quiet", "--short", "HEAD"], call);
  return own ?? ((await find(call, ["HEAD"])) ? "HEAD" : null);
}
