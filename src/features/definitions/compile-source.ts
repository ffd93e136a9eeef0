import { basename } from "node:path";
import type { ProjectScope } from "../../auth/scope";
import { findBox } from "../../box/find-box";
import { prepareFolder } from "../../box/hand-over";
import type { ReadDb } from "../../db/client";
import { loadCodeDefinition } from "../../engine/code/load-code";
import type { DefinitionFault } from "../../engine/definition/faults";
import { AppError } from "../../lib/errors";
import { getProjectFolder } from "../projects/queries";
import { type CompiledFile, compileFile } from "./compile-file";
import { DEFINITIONS_FOLDER, definitionTypeOf, openFolder, sha256Of } from "./files";
import { loadTurns } from "./load-turns";

/** A text for a file of the definitions folder, which need not be there. */
export interface Source {
  /** Relative to the project. */
  path: string;
  source: string;
}

/**
 * Compiles a text by the code that reads the files, and writes nothing. One in TypeScript is loaded in a process of its
 * own, in its box, when it is its project's turn.
 */
export async function compileSource(
  db: ReadDb,
  scope: ProjectScope,
  { path, source }: Source,
): Promise<CompiledFile> {
  const type = definitionTypeOf(basename(path)) ?? "yaml";
  const file = { path, type, content: { source, sha256: sha256Of(source) }, links: [] };
  if (type === "yaml") return compileFile(file);
  const { path: project, user_number } = await getProjectFolder(db, scope);
  // Refuses a folder that is not there, or lies elsewhere.
  await openFolder(project);
  await prepareFolder(await findBox(), project, user_number);
  const loaded = await loadTurns.take(project, () => loadCodeDefinition(project, path, { source }));
  return compileFile({ ...file, loaded });
}

/** As `compileSource`. Throws BAD_REQUEST with the place of each fault, as in `source:12:3`. */
export async function compileOrRefuse(
  db: ReadDb,
  scope: ProjectScope,
  given: Source,
): Promise<Extract<CompiledFile, { source: string }>> {
  const compiled = await compileSource(db, scope, given);
  if ("faults" in compiled) throw refusalOf(compiled.faults, given.path);
  return compiled;
}

function refusalOf(faults: DefinitionFault[], path: string): AppError {
  const [first] = faults;
  const more = faults.length > 1 ? ` (and ${faults.length - 1} more)` : "";
  const elsewhere = first && first.file !== path ? `${first.file}, ` : "";
  return new AppError(
    "BAD_REQUEST",
    `The definition is not valid: ${elsewhere}line ${first?.line}, column ${first?.column}: ${first?.message}${more}.`,
    faults.map(({ file, line, column, message, expected }) =>
      file === path
        ? { path: `source:${line}:${column}`, message, line, column, expected }
        : { path: `${file}:${line}:${column}`, message, expected },
    ),
  );
}

/** The file of a definition that has no name yet, for what it imports and how its faults are told. */
export const newPath = (type: "yaml" | "code") =>
  `${DEFINITIONS_FOLDER}/new-definition.${type === "yaml" ? "yaml" : "ts"}`;
