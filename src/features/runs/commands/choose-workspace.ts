import { hasGit, isGitProject } from "../../../git/keeper";
import { folderOf } from "../../../lib/stored-folder";
import type { WorkspaceKind } from "../../../model/states";

export interface ProjectPlace {
  path: string;
  workspace: WorkspaceKind | null;
  shared_at_once: boolean;
}

/** Where a new run works: as its definition says, else its project, else what keeps its files apart from others'. */
export async function chooseWorkspace(
  given: WorkspaceKind | null,
  project: ProjectPlace,
): Promise<WorkspaceKind> {
  if (given ?? project.workspace) return given ?? project.workspace ?? "shared";
  if (!(await hasGit())) return "shared";
  return isGitProject(folderOf(project.path)) ? "clone" : "copy";
}

/** Of the runs with this key in `concurrency_groups` one is at work in the project's folder at a time. */
export const sharedKey = (project_id: string) => `folder:${project_id}`;
