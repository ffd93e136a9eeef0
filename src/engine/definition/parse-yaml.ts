import { checkRest, type FieldAt } from "./check-rest";
import { checkShape } from "./check-shape";
import { compile } from "./compile";
import type { DefinitionFault } from "./faults";
import type { CompiledDefinition } from "./types";
import { readYaml } from "./yaml-document";

export type ParsedDefinition =
  | { ok: true; definition: CompiledDefinition }
  | { ok: false; faults: DefinitionFault[] };

/**
 * Reads a definition written in YAML. `file` is only named in faults, of which there are at most 100, in the order
 * of the file. Never throws, and takes milliseconds even for a hostile source.
 */
export function parseYamlDefinition(source: string, file: string): ParsedDefinition {
  let definition: CompiledDefinition | undefined;
  const faults = readYaml(source, file, (yaml) => {
    const wrong: FieldAt[] = [];
    const shaped = checkShape(yaml.value, (path, message, at = {}) => {
      wrong.push({ path, key: at.key ?? at.missing });
      yaml.report(path, message, at);
    });
    if (shaped) definition = compile(shaped, yaml);
    else checkRest(wrong, yaml);
  });
  return definition && faults.length === 0 ? { ok: true, definition } : { ok: false, faults };
}
