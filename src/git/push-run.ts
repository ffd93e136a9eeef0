import { GitFailed, git, gitIfAny } from "./git";
import type { OwnRepository } from "./own-repository";
import { callOf, masked, type Remote } from "./remote";
import { isAncestor, outRef, type RunCommits, treeIn } from "./run-commits";

/** Milliseconds for each question to a remote, and for the push itself; who waits for the answer is told by then. */
const ASK_MS = 30_000;
const PUSH_MS = 100_000;

export type Pushed =
  /** `isNew`: the remote had something else before. */
  { isNew: boolean } | { refusal: string };

/**
 * Pushes the run's commits up to `tip` to a branch of the remote. Never forced: where the branch has commits that the
 * run does not have, that is a refusal, in words for people.
 */
export async function pushRun(
  own: OwnRepository,
  { run_id, keeper }: Pick<RunCommits, "run_id" | "keeper">,
  { tip, head }: { tip: string; head: string },
  { remote, branch }: { remote: Remote; branch: string },
): Promise<Pushed> {
  const ref = `refs/heads/${branch}`;
  const call = callOf(remote, own.call);
  try {
    const told = await git(["ls-remote", "--", remote.url, ref], { ...call, timeout_ms: ASK_MS });
    const there = told
      .split("\n")
      .flatMap((line) => (line.endsWith(`\t${ref}`) ? [line.split("\t")[0]] : []))[0];
    if (there === tip) return { isNew: false };
    if (there) {
      const quiet = ["--quiet", "--no-tags", "--no-write-fetch-head", "--no-recurse-submodules"];
      await git(["fetch", ...quiet, "--", remote.url, `+${ref}:refs/heads/there`], {
        ...call,
        timeout_ms: ASK_MS,
      });
      // Somebody else's push of the same, or ours of which the record was lost.
      const isSame = (await treeIn(own, there)) === (await treeIn(own, tip));
      if (isSame && (await isAncestor(own, head, there))) return { isNew: false };
      const sent = await gitIfAny(["rev-parse", "--verify", "--quiet", outRef(run_id)], {
        cwd: keeper,
        env: { GIT_DIR: keeper },
      });
      if (there !== sent && !(await isAncestor(own, there, tip))) {
        return {
          refusal: `The branch ${branch} on ${remote.name} has commits that this run does not have (${there.slice(0, 7)}), and nothing is ever pushed over them. Push to another branch, or rename that one.`,
        };
      }
    }
    const words = ["push", "--quiet", "--no-verify", "--recurse-submodules=no", "--", remote.url];
    await git([...words, `${tip}:${ref}`], { ...call, timeout_ms: PUSH_MS });
    return { isNew: true };
  } catch (error) {
    if (error instanceof GitFailed) return { refusal: faultOf(remote, error) };
    throw error;
  }
}

/** Why a remote refused, and what to do about it. */
export function faultOf(remote: Remote, error: GitFailed): string {
  const said = masked(remote, error.stderr);
  const signIn = `Name a secret of the project in its settings (Git) that may write there, or sign in the server's git.`;
  if (error.code === null) return `${remote.name} did not answer in time. Try again later.`;
  if (/Authentication failed|could not read (Username|Password)|Permission denied \(publickey/i.test(said)) {
    const why = remote.credentials ? "does not take the credentials" : "wants credentials";
    return `${remote.name} ${why} (${lastOf(said)}). ${signIn}`;
  }
  if (/returned error: 403|Permission to .* denied|access denied|not allowed to push/i.test(said)) {
    return `${remote.name} does not let these credentials write (${lastOf(said)}). ${signIn}`;
  }
  if (/\[(remote )?rejected\]/.test(said)) {
    const why = /\[(?:remote )?rejected\].*\((.+)\)/.exec(said)?.[1] ?? "rejected";
    const words = wordsOf(said);
    return `${remote.name} refused the push: ${why}${words === "" ? "" : ` (${words})`}.`;
  }
  return `${remote.name} could not be reached: ${lastOf(said)}. Look at its address and try again.`;
}

/** What the other side said to whoever pushes. */
const wordsOf = (said: string) =>
  said
    .split("\n")
    .flatMap((line) => /^remote:\s*(.*\S)\s*$/.exec(line)?.[1] ?? [])
    .join(" ")
    .slice(0, 500);

/** The last line that says why. */
function lastOf(said: string): string {
  const lines = said.split("\n").map((line) => line.trim());
  const why = lines.filter((line) => /^(fatal|error|remote):/.test(line));
  return (why.at(-1) ?? lines.filter(Boolean).at(-1) ?? "it said nothing")
    .replace(/^(fatal|error|remote):\s*/, "")
    .replace(/\.$/, "");
}
