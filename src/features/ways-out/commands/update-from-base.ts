import { eq } from "drizzle-orm";
import { authorizeRun, type RunScope } from "../../../auth/scope";
import { giveRepository } from "../../../box/hand-over";
import type { Tx } from "../../../db/client";
import { workflowRuns } from "../../../db/schema/runs";
import { audit, transact } from "../../../events/emit";
import { listed } from "../../../git/apply-run";
import { git } from "../../../git/git";
import { snapshotRef } from "../../../git/keeper";
import { countBetween } from "../../../git/kept-tree";
import { withOwnRepository } from "../../../git/own-repository";
import { type Updated, updateRun } from "../../../git/update-run";
import { takeKept } from "../../../journal/kept-entries";
import { project as projectEntries } from "../../../journal/project";
import { plain, writeSystemComment } from "../../comments/commands/write-comment";
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
} from "../queries/find-way";
import { newestBase } from "../queries/newest-base";
import type { UpdatedFromBase } from "../schema";

const AT_WORK =
  "A worker holds the run, so its files may change. Wait until its step has ended, or pause the run, and try again.";

/**
 * Merges what the run's base has by now into the run, as a new snapshot that its next step begins from. Throws CONFLICT
 * with the reason, and the files that contradict each other, where it cannot be; then nothing has changed.
 */
export async function updateFromBase(caller: WayCaller, { id }: { id: string }): Promise<UpdatedFromBase> {
  const scope = await authorizeRun(caller, id, "run:write");
  const way = await readWay(caller, scope);
  const why = whyNoBranch(way) ?? (way.run.claimed_by === null ? null : AT_WORK);
  if (why !== null) throw refuse(why);
  const { run, project } = way;
  const keeper = await keeperOfWay(way);
  const credentials = await credentialsOf(caller, way);
  return explained(async () => {
    const base = await newestBase(project.path, run.base, credentials, true);
    if (base === null) throw refuse("The project has no commit.");
    if ("refusal" in base) throw refuse(`${base.refusal}.`);
    const commits = commitsOf(caller, way, keeper);
    const inKeeper = { cwd: keeper, env: { GIT_DIR: keeper } };
    const newest = await git(["rev-parse", "--verify", snapshotRef(run.id)], inKeeper);
    const snapshot = await withOwnRepository(keeper, async (own) => {
      const subject = `Run ${run.number}, updated from ${base.name}`;
      const message = `Merge ${base.name} into ${run.branch}\n`;
      const made = await updateRun(own, { ...commits, message }, { base: base.commit, subject, newest });
      const done = snapshotOf(made, base.name);
      await own.keep();
      return done;
    });
    const counts = await countBetween(keeper, base.commit, snapshot);
    await transact(caller, scope, "runs.updateFromBase", async (tx) => {
      const held = await holdStill(tx, scope, way);
      await git(["update-ref", snapshotRef(run.id), snapshot, newest], inKeeper);
      const entry = { kind: "base_merged", snapshot, base_commit: base.commit, ...counts } as const;
      await projectEntries(tx, scope, held, [entry]);
      audit(tx, { before: { base_commit: run.base_commit }, after: { base_commit: base.commit, snapshot } });
      const text = `Updated from **${plain(base.name)}** (${base.commit.slice(0, 7)}) by ${plain(caller.actor.name)}`;
      await writeSystemComment(tx, scope, { run_id: run.id, text });
    });
    await giveRepository(project.path);
    return { base: base.name, commit: base.commit, snapshot };
  });
}

function snapshotOf(made: Updated, base: string): string {
  if ("isNewest" in made) throw refuse(`The run has all that ${base} has. There is nothing to do.`);
  if ("snapshot" in made) return made.snapshot;
  throw refuse(
    `${base} and the run have changed the same lines, in ${listed(made.conflicts)}. Nothing was changed. Push the run's branch and merge it by hand.`,
    made.conflicts,
  );
}

/** Locks the run. Throws CONFLICT where a worker has it by now, or it has gone on since it was read. */
async function holdStill(tx: Tx, scope: RunScope, { run: before }: Way) {
  const [run] = await tx.select().from(workflowRuns).where(eq(workflowRuns.id, scope.run_id)).for("update");
  if (!run || run.claimed_by !== null) throw refuse(AT_WORK);
  await projectEntries(tx, scope, run, await takeKept(tx, run.id));
  if (run.snapshot !== before.snapshot || run.base_commit !== before.base_commit)
    throw refuse("The run has gone on meanwhile. Look at its changes and try again.");
  return run;
}
