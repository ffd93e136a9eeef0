import { renderFaults } from "../engine/definition/faults";
import { parseYamlDefinition } from "../engine/definition/parse-yaml";
import type { CompiledDefinition } from "../engine/definition/types";
import type { DefinitionFile } from "../features/definitions/files";
import { freeSlug } from "../features/definitions/free-slug";
import { docComment, jsonSchemaType, propertyName } from "../lib/json-schema-type";

export interface Declarations {
  /** Of a `.d.ts`; the same for the same definitions. */
  text: string;
  /** Slugs that it declares. */
  slugs: string[];
  /** A line each, with file, line and column, for what could not be read. */
  faults: string[];
}

/** Declares the args, steps and phases of a project's YAML definitions for the typed client. */
export function declareDefinitions(files: readonly DefinitionFile[]): Declarations {
  const declared = new Map<string, string>();
  const faults: string[] = [];
  const taken = new Set<string>();
  for (const file of files) {
    const slug = freeSlug(file.path, taken);
    taken.add(slug);
    if (file.type !== "yaml") continue;
    const read = readDefinition(file);
    if ("fault" in read) faults.push(read.fault);
    else declared.set(slug, declare(slug, read.definition));
  }
  const slugs = [...declared.keys()].sort();
  return { text: wrap(slugs.map((slug) => declared.get(slug) ?? "")), slugs, faults };
}

function readDefinition({
  path,
  content,
}: DefinitionFile): { definition: CompiledDefinition } | { fault: string } {
  if ("refused" in content) return { fault: `${path}:1:1 the file ${content.refused}` };
  const parsed = parseYamlDefinition(content.source, path);
  return parsed.ok ? { definition: parsed.definition } : { fault: renderFaults(parsed.faults) };
}

function declare(
  slug: string,
  { name, description, args_schema, steps, phases }: CompiledDefinition,
): string {
  const args = args_schema
    ? jsonSchemaType(args_schema, { defaultsAreOptional: true })
    : "Record<string, unknown>";
  const lines = [
    `${propertyName(slug)}: {`,
    `  args: ${args.replaceAll("\n", "\n  ")};`,
    `  step_id: ${oneOf(steps.map(({ id }) => id))};`,
    `  phase: ${oneOf(phases)};`,
    "};",
  ];
  return docComment(description ? `${name}: ${description}` : name) + lines.join("\n");
}

function oneOf(names: string[]): string {
  return names.length === 0 ? "never" : names.map((name) => JSON.stringify(name)).join(" | ");
}

function wrap(definitions: string[]): string {
  const body = definitions.map((text) => `${text.replaceAll(/^(?=.)/gm, "  ")}\n`).join("");
  return `// Written by \`phaseboard types\` from the definitions beside it. Changes are lost when it is written again.
// @phaseboard/client checks the args of a run by it.

interface PhaseboardDefinitions {
${body}}
`;
}
