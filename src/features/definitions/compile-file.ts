import type { DefinitionFault } from "../../engine/definition/faults";
import { parseYamlDefinition } from "../../engine/definition/parse-yaml";
import type { CompiledDefinition } from "../../engine/definition/types";
import { type DefinitionFile, sha256Of } from "./files";
import { type LoadLimits, loadOnce } from "./load-once";

/** A compiled definition, or the file's faults with their places. */
export type CompiledFile =
  | { definition: CompiledDefinition; source: string; sha256: string }
  | { faults: DefinitionFault[] };

/** Compiles a definition's file. A TypeScript file must have been loaded before. */
export function compileFile({ path, type, content, loaded }: DefinitionFile): CompiledFile {
  if ("refused" in content) {
    const message = `the file ${content.refused}`;
    return { faults: [{ file: path, line: 1, column: 1, message, path: "", expected: null }] };
  }
  const parsed = type === "yaml" ? parseYamlDefinition(content.source, path) : loaded;
  if (!parsed) throw new Error(`${path} was not loaded`);
  if (!parsed.ok) return { faults: parsed.faults };
  const { definition } = parsed;
  // The hash covers the imported files too.
  const sha256 = definition.code === undefined ? content.sha256 : sha256Of(definition.code);
  return { definition, source: content.source, sha256 };
}

/** True for a TypeScript file that has not been loaded yet. */
export function isUnloaded({ type, content, loaded }: DefinitionFile): boolean {
  return type === "code" && "source" in content && !loaded;
}

/** Loads the TypeScript files among `files`. `project` is the project's absolute folder. */
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
