import type { Caller } from "../../../auth/scope";
import { syncDefinitions } from "../../definitions/commands/sync-definitions";
import { updateProject } from "../../projects/commands/update-project";
import type { Project } from "../../projects/schema";
import { writeSampleProject } from "../sample-files";
import { createProject } from "./create-project";

/** Creates a project to try things out: a small library, and a definition that builds, tests and packs it. */
export async function createSampleProject(caller: Caller): Promise<Project> {
  const project = await createProject(caller, { name: "Sample" });
  await writeSampleProject(project.path);
  await syncDefinitions(caller, { project_id: project.id });
  // Its runs build into the same folder, so only one may run at a time.
  return updateProject(caller, { id: project.id, max_concurrent_runs: 1 });
}
