import type { DefinitionFault } from "../../engine/definition/faults";
import { parseYamlDefinition } from "../../engine/definition/parse-yaml";
import type { CompiledDefinition } from "../../engine/definition/types";
import { type DefinitionFile, sha256Of } from "./files";
import { type LoadLimits, loadOnce } from "./load-once";

/** What can be run of a file, or its faults with their places. */
export type CompiledFile =
  | { definition: CompiledDefinition; source: string; sha256: string }
  | { faults: DefinitionFault[] };

/** Reads a definition out of its file. One in TypeScript must be loaded before. */
export function compileFile({ path, type, content, loaded }: DefinitionFile): CompiledFile {
  if ("refused" in content) {
    const message = `the file ${content.refused}`;
    return { faults: [{ file: path, line: 1, column: 1, message, path: "", expected: null }] };
  }
  const parsed = type === "yaml" ? parseYamlDefinition(content.source, path) : loaded;
  if (!parsed) throw new Error(`${path} was not loaded`);
  if (!parsed.ok) return { faults: parsed.faults };
  const { definition } = parsed;
  // What it imports is part of it.
  const sha256 = definition.code === undefined ? content.sha256 : sha256Of(definition.code);
  return { definition, source: content.source, sha256 };
}

/** True for TypeScript that is still to be loaded. */
export function isUnloaded({ type, content, loaded }: DefinitionFile): boolean {
  return type === "code" && "source" in content && !loaded;
}

/** The files with those in TypeScript loaded. `project` is its absolute folder. */
export function loadFiles(
  project: string,
  files: DefinitionFile[],
  limits?: LoadLimits,
): Promise<DefinitionFile[]> {
  return Promise.all(
    files.map(async (file) =>
      isUnloaded(file) ? { ...file, loaded: await loadOnce(project, file.path, limits) } : file,
    ),
  );
}
