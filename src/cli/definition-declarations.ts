import { renderFaults } from "../engine/definition/faults";
import type { CompiledDefinition } from "../engine/definition/types";
import { compileFile } from "../features/definitions/compile-file";
import { type DefinitionFile, slugOfFile } from "../features/definitions/files";
import { refuseSeconds } from "../features/definitions/match-rows";
import { docComment, jsonSchemaType, propertyName } from "../lib/json-schema-type";
import { freeSlug } from "../lib/slug";

export interface Declarations {
  /** Text of a `.d.ts` file; depends only on the definitions. */
  text: string;
  /** Slugs of the declared definitions. */
  slugs: string[];
  /** One line, with file, line and column, for each definition that could not be read. */
  faults: string[];
}

/** Declares args, steps, phases and output of a project's loaded definitions, for the typed client. */
export function declareDefinitions(files: readonly DefinitionFile[]): Declarations {
  const declared = new Map<string, string>();
  const faults: string[] = [];
  const taken = new Set<string>();
  for (const file of refuseSeconds(files, [])) {
    const slug = freeSlug(slugOfFile(file.path), taken);
    taken.add(slug);
    const read = compileFile(file);
    if ("faults" in read) faults.push(renderFaults(read.faults));
    else declared.set(slug, declare(slug, read.definition));
  }
  const slugs = [...declared.keys()].sort();
  return { text: wrap(slugs.map((slug) => declared.get(slug) ?? "")), slugs, faults };
}

function declare(
  slug: string,
  { name, description, args_schema, output_schema, steps, phases, code }: CompiledDefinition,
): string {
  const args = args_schema
    ? jsonSchemaType(args_schema, { defaultsAreOptional: true })
    : "Record<string, unknown>";
  // Only runs of definitions in code have an output; without a schema it can be of any type.
  const output = code === undefined ? "null" : jsonSchemaType(output_schema ?? {});
  const lines = [
    `${propertyName(slug)}: {`,
    `  args: ${args.replaceAll("\n", "\n  ")};`,
    // Code does not list its steps beforehand.
    `  step_id: ${code === undefined ? oneOf(steps.map(({ id }) => id)) : "string"};`,
    `  phase: ${oneOf(phases)};`,
    `  output: ${output.replaceAll("\n", "\n  ")};`,
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
