import { checkShape } from "./check-shape";
import { compile } from "./compile";
import type { DefinitionFault } from "./faults";
import type { CompiledDefinition } from "./types";
import { readYaml } from "./yaml-document";

export type ParsedDefinition =
  | { ok: true; definition: CompiledDefinition }
  | { ok: false; faults: DefinitionFault[] };

/**
 * Reads a definition written in YAML. `file` only names the place in faults, which stand in the order of the
 * file and are at most 20. Never throws for what the source holds, and spends milliseconds on a hostile one.
 */
export function parseYamlDefinition(source: string, file: string): ParsedDefinition {
  let definition: CompiledDefinition | undefined;
  const faults = readYaml(source, file, (yaml) => {
    const shaped = checkShape(yaml.value, yaml.report);
    if (shaped) definition = compile(shaped, yaml);
  });
  return definition && faults.length === 0 ? { ok: true, definition } : { ok: false, faults };
}
