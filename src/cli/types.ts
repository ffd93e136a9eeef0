import { stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import { loadFiles } from "../features/definitions/compile-file";
import { DEFINITIONS_FOLDER, readDefinitionFiles, writeDefinitionFile } from "../features/definitions/files";
import { AppError } from "../lib/errors";
import { declareDefinitions } from "./definition-declarations";
import { declareModule } from "./module-declarations";
import { say } from "./output";

/** File of the definitions' declarations, relative to the project. */
const DECLARATIONS = ".agent/phaseboard.d.ts";
/** File of the declarations of the module `phaseboard`. */
const MODULE = ".agent/phaseboard-module.d.ts";

/**
 * Writes the declarations of a project's definitions, without a database. Prints which definitions cannot be
 * read and still writes the others; returns false then. Throws AppError if there is no project.
 */
export async function runTypes(folder: string): Promise<boolean> {
  const project = resolve(folder);
  const isProject = await stat(join(project, DEFINITIONS_FOLDER)).then(
    (facts) => facts.isDirectory(),
    () => false,
  );
  if (!isProject) {
    throw new AppError(
      "NOT_FOUND",
      `${project} has no ${DEFINITIONS_FOLDER}. Run this in a project's folder, or name one.`,
    );
  }
  const files = await loadFiles(project, await readDefinitionFiles(project));
  const { text, slugs, faults } = declareDefinitions(files);
  await writeDefinitionFile(project, DECLARATIONS, text);
  await writeDefinitionFile(project, MODULE, await declareModule());
  for (const fault of faults) say(fault);
  say(`${join(project, DECLARATIONS)}: ${slugs.length === 0 ? "no definitions" : slugs.join(", ")}`);
  return faults.length === 0;
}
