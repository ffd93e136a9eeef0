import { loadCodeDefinition } from "../../engine/code/load-code";
import type { DefinitionFault } from "../../engine/definition/faults";
import { parseYamlDefinition } from "../../engine/definition/parse-yaml";
import type { CompiledDefinition } from "../../engine/definition/types";
import { type DefinitionFile, sha256Of } from "./files";

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

/** Each in TypeScript takes a process of its own. */
const LOADS_AT_A_TIME = 2;

/** The files with those in TypeScript loaded. `project` is its absolute folder. */
export async function loadFiles(project: string, files: DefinitionFile[]): Promise<DefinitionFile[]> {
  const all = [...files];
  const open = all.keys();
  const load = async () => {
    for (const index of open) {
      const file = all[index];
      if (file && isUnloaded(file))
        all[index] = { ...file, loaded: await loadCodeDefinition(project, file.path) };
    }
  };
  await Promise.all(Array.from({ length: LOADS_AT_A_TIME }, load));
  return all;
}
