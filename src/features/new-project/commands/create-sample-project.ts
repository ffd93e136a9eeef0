import type { Caller } from "../../../auth/scope";
import { readFolder } from "../../definitions/commands/sync-definitions";
import type { Project } from "../../projects/schema";
import { writeSampleProject } from "../sample-files";
import { createProject } from "./create-project";

/**
 * Creates a project to try things out: a small library, a definition that builds, tests and packs it, and one in which
 * the demo agent changes it.
 */
export async function createSampleProject(caller: Caller): Promise<Project> {
  const project = await createProject(caller, { name: "Sample" }, "projects.createSample");
  await writeSampleProject(project.path);
  await readFolder(caller, project.id);
  return project;
}
