import { git } from "./git";
import { messageOf, readHead } from "./kept-tree";
import type { OwnRepository } from "./own-repository";
import { commitTree, isAncestor, mergeTrees, type RunCommits, treeIn } from "./run-commits";

export type Updated =
  /** The snapshot that has the base's newest commits too; it is kept by no ref yet. */
  { snapshot: string } | { conflicts: string[] } | { isNewest: true };

/**
 * Merges the base into what a run has made: what its steps committed with its commits, what they left uncommitted with its
 * files. No file of the run's folder is touched. `newest`: the last snapshot of the run.
 */
export async function updateRun(
  own: OwnRepository,
  run: RunCommits,
  { base, subject, newest }: { base: string; subject: string; newest: string },
): Promise<Updated> {
  const before = (await readHead(run.keeper, run.snapshot)) ?? { commit: run.base_commit, branch: null };
  if (await isAncestor(own, base, before.commit)) return { isNewest: true };
  const [tree, committed] = [await treeIn(own, run.snapshot), await treeIn(own, before.commit)];
  const head = await mergeHead(own, run, before.commit, base);
  if (typeof head !== "string") return head;
  let files = await treeIn(own, head);
  if (tree !== committed) {
    const merged = await mergeTrees(own, await commitTree(own, run, tree, [before.commit]), base);
    if ("conflicts" in merged) return merged;
    files = merged.tree;
  }
  const message = messageOf(subject, { ...before, commit: head });
  const parents = ["-p", head, "-p", newest];
  return {
    snapshot: await git(["commit-tree", files, ...parents, "-F", "-"], { ...own.call, input: message }),
  };
}

async function mergeHead(
  own: OwnRepository,
  run: RunCommits,
  head: string,
  base: string,
): Promise<string | { conflicts: string[] }> {
  if (await isAncestor(own, head, base)) return base;
  const merged = await mergeTrees(own, head, base);
  return "conflicts" in merged ? merged : commitTree(own, run, merged.tree, [head, base]);
}
