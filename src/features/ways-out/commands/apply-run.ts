import { authorizeRun } from "../../../auth/scope";
import { applyCommits, applyPlainly, type Applied as Made } from "../../../git/apply-run";
import { withOwnRepository } from "../../../git/own-repository";
import { commitRun } from "../../../git/run-commits";
import { AppError } from "../../../lib/errors";
import { plain } from "../../comments/commands/write-comment";
import {
  commitsOf,
  explained,
  keeperOfWay,
  readWay,
  refuse,
  titleOf,
  type WayCaller,
  whyNothing,
  whyNotWanted,
} from "../queries/find-way";
import type { Applied } from "../schema";
import { recordWay } from "./record-way";

/** What says which programs the project starts, and as which agents. */
const SET_UP = ".agent/";

/**
 * Brings what a run has made into the project's folder: as commits into the branch that it is on, or file by file where
 * it is no git repository. Nothing that somebody has changed there is written over. Throws CONFLICT with the reason where
 * it cannot be, as while an approval waits, and then nothing has changed.
 */
export async function applyRun(caller: WayCaller, { id }: { id: string }): Promise<Applied> {
  const scope = await authorizeRun(caller, id, "run:write");
  const way = await readWay(caller, scope);
  const why = whyNothing(way) ?? (await whyNotWanted(caller, way));
  if (why !== null) throw refuse(why);
  const { run, project } = way;
  const keeper = await keeperOfWay(way);
  const maySetUp = await mayChangeDefinitions(caller, id);
  const isClosed = (path: string) => !maySetUp && path.startsWith(SET_UP);
  return explained(async () => {
    const commits = commitsOf(caller, way, keeper);
    const made = await withOwnRepository(keeper, async (own): Promise<Made> => {
      if (run.branch === null) {
        // From what was applied before, so that a run that goes on can be applied again.
        const from = run.applied_snapshot ?? commits.base_commit;
        return applyPlainly(own, project.path, { from, to: commits.snapshot, isClosed });
      }
      const { tip } = await commitRun(own, commits);
      const message = `Merge run ${run.number}: ${titleOf(run)}`;
      return applyCommits(own, project.path, commits, { tip, message, isClosed });
    });
    if ("refusal" in made) throw refuse(made.refusal, made.paths);
    const { branch, commit, isNew } = made;
    const where = branch === null ? "the project's folder" : `**${plain(branch)}** in the project's folder`;
    const text = isNew ? `Applied to ${where} by ${plain(caller.actor.name)}` : null;
    await recordWay(caller, scope, "runs.applyChanges", { applied_snapshot: commits.snapshot }, text);
    return { branch, commit, is_new: isNew };
  });
}

async function mayChangeDefinitions(caller: WayCaller, run_id: string): Promise<boolean> {
  return authorizeRun(caller, run_id, "definition:write").then(
    () => true,
    (error: unknown) => {
      if (error instanceof AppError && error.code === "FORBIDDEN") return false;
      throw error;
    },
  );
}
