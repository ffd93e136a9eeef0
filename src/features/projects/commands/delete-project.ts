import { and, eq, inArray } from "drizzle-orm";
import { authorizeProject, type Caller } from "../../../auth/scope";
import { projects } from "../../../db/schema/projects";
import { workflowRuns } from "../../../db/schema/runs";
import { runKey } from "../../../engine/logs/paths";
import { bookkeepingOf } from "../../../events/bookkeeping";
import { audit, transact } from "../../../events/emit";
import { AppError } from "../../../lib/errors";
import { noteDeletions, WHOLE_PROJECT } from "../../../storage/noted-files";
import { deleteNoted } from "../../../storage/sweep";
import { dropFiles } from "../../in-run/drop-files";

/**
 * Deletes a project and everything in it. A folder made by Phaseboard stays in the data folder's trash for a
 * week; in a folder chosen by a person, only the runs' files and snapshots are deleted. Throws CONFLICT while a run is
 * active.
 */
export async function deleteProject(caller: Caller, { id }: { id: string }): Promise<{ id: string }> {
  const scope = await authorizeProject(caller, id, "project:delete");
  const { files, path, runs } = await transact(caller, scope, "projects.delete", async (tx) => {
    const [project] = await tx
      .select({ name: projects.name, path: projects.path, made_by_us: projects.made_by_us })
      .from(projects)
      .where(eq(projects.id, id))
      .for("update");
    if (!project) throw new AppError("NOT_FOUND", "There is no such project.");
    const ofProject = eq(workflowRuns.project_id, id);
    const isActive = inArray(workflowRuns.status, ["pending", "running", "paused"]);
    const active = await tx.$count(workflowRuns, and(ofProject, isActive));
    if (active > 0) {
      throw new AppError(
        "CONFLICT",
        `${active} ${active === 1 ? "run is" : "runs are"} under way in this project. Cancel them first.`,
      );
    }
    const { name, path } = project;
    audit(tx, { target: { type: "project", id, name }, project: { id, name }, before: { name, path } });
    const deletions = [{ key: WHOLE_PROJECT, is_prefix: true }];
    // A folder of ours goes as a whole.
    const runs = project.made_by_us
      ? []
      : await tx
          .select({ id: workflowRuns.id, workspace: workflowRuns.workspace })
          .from(workflowRuns)
          .where(ofProject);
    if (!project.made_by_us) {
      deletions.push(...runs.map((run) => ({ key: runKey(run.id), is_prefix: true })));
    }
    await tx.delete(projects).where(eq(projects.id, id));
    return { path, runs, files: await noteDeletions(tx, { id, path }, deletions, project.made_by_us) };
  });
  await deleteNoted(bookkeepingOf(caller), files);
  await dropFiles(path, runs);
  return { id };
}
