import { authorizeRun, type RunScope } from "../../../auth/scope";
import { giveRepository } from "../../../box/hand-over";
import type { AuditAction } from "../../../events/audit";
import { withOwnRepository } from "../../../git/own-repository";
import { pushRun as pushCommits } from "../../../git/push-run";
import { findRemote } from "../../../git/remote";
import { commitRun, keepOut } from "../../../git/run-commits";
import { plain } from "../../comments/commands/write-comment";
import {
  commitsOf,
  credentialsOf,
  explained,
  keeperOfWay,
  readWay,
  refuse,
  type Way,
  type WayCaller,
  whyNoBranch,
  whyNothing,
  whyNotWanted,
} from "../queries/find-way";
import type { Pushed, PushInput } from "../schema";
import { recordWay } from "./record-way";

/**
 * Pushes what a run has made to a branch of a remote: the commits of its steps, and one by the caller of what they left
 * uncommitted. Never forced. Throws CONFLICT with the reason where it cannot be.
 */
export async function pushRun(caller: WayCaller, { id, ...to }: PushInput): Promise<Pushed> {
  const scope = await authorizeRun(caller, id, "run:write");
  const way = await readWay(caller, scope);
  return pushWay(caller, scope, way, "runs.push", to);
}

/** As `pushRun`, for a run that was read. */
export async function pushWay(
  caller: WayCaller,
  scope: RunScope,
  way: Way,
  action: AuditAction,
  to: { remote?: string | undefined; branch?: string | undefined },
): Promise<Pushed> {
  const { run, project } = way;
  const branch = to.branch ?? run.branch ?? "";
  // The run's own branch is where others look at it.
  const isOwn = branch === run.branch;
  const why = whyNoBranch(way) ?? whyNothing(way) ?? (isOwn ? null : await whyNotWanted(caller, way));
  if (why !== null) throw refuse(why);
  const keeper = await keeperOfWay(way);
  const credentials = await credentialsOf(caller, way);
  return explained(async () => {
    const remote = await findRemote(project.path, to.remote ?? null, { credentials, pushes: true });
    if ("refusal" in remote) throw refuse(remote.refusal);
    const commits = commitsOf(caller, way, keeper);
    const pushed = await withOwnRepository(keeper, async (own): Promise<Pushed> => {
      const made = await commitRun(own, commits);
      const done = await pushCommits(own, commits, made, { remote, branch });
      if ("refusal" in done) throw refuse(done.refusal);
      await own.keep();
      await keepOut(commits, made.tip);
      return { remote: remote.name, branch, commit: made.tip, is_new: done.isNew };
    });
    await giveRepository(project.path);
    const text = pushed.is_new
      ? `Pushed to **${plain(branch)}** on ${plain(remote.name)} by ${plain(caller.actor.name)}`
      : null;
    await recordWay(caller, scope, action, { pushed_snapshot: run.snapshot, pushed_branch: branch }, text);
    return pushed;
  });
}
