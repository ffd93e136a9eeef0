import type { Caller } from "../../../auth/scope";
import { syncDefinitions } from "../../definitions/commands/sync-definitions";
import { writeSampleProject } from "../sample-files";
import type { Project } from "../schema";
import { createProject } from "./create-project";
import { updateProject } from "./update-project";

/** A project to try things on: a small library and a definition that builds, tests and packs it for real. */
export async function createSampleProject(caller: Caller): Promise<Project> {
  const project = await createProject(caller, { name: "Sample" });
  await writeSampleProject(project.path);
  await syncDefinitions(caller, { project_id: project.id });
  // Its runs build into the same folder, so they take turns.
  return updateProject(caller, { id: project.id, max_concurrent_runs: 1 });
}
