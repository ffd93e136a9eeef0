import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { AnyProcedure } from "@trpc/server";
import type { z } from "zod";
import { appRouter } from "../../api/router";
import { EVENT_DATA } from "../../events/catalog";
import { Artifact } from "../../features/artifacts/schema";
import { LogPiece } from "../../features/log/schema";
import { RunLogPiece } from "../../features/runs/schema";
import { docComment, propertyName } from "../../lib/json-schema-type";
import { packageRoot } from "../../lib/package-root";
import { RESUME } from "../resume";
import { DEFINITION_DECLARATIONS, MUTATIONS_BY_DEFINITION } from "./definition-types";
import { readNamedSchemas } from "./named-schemas";
import { SchemaTypes } from "./schema-types";

/** Types of the items of subscriptions, for which the router has no schema. */
const STREAMED: Record<string, z.ZodType | string> = {
  "events.onProject": "ProjectEvent",
  "events.onAll": "ProjectEvent",
  "steps.logs": LogPiece,
  "runs.log": RunLogPiece,
};

interface Definition {
  type: "query" | "mutation" | "subscription";
  inputs: z.ZodType[];
  output?: z.ZodType;
  meta?: { openapi?: { summary?: string } };
}

/** Writes the package's `index.d.ts`: `contract.ts` plus the types of all inputs and outputs. */
export async function writeDeclarations(version: string): Promise<string> {
  const contract = readFileSync(join(packageRoot(), "src", "client", "contract.ts"), "utf8");
  const own = (contract + DEFINITION_DECLARATIONS).matchAll(
    /^export (?:declare class|interface|type) (\w+)/gm,
  );
  const reserved = new Set([...own].map(([, name = ""]) => name).concat("ProjectEvent"));
  const types = new SchemaTypes(await readNamedSchemas(reserved));
  const client = clientType(types);
  const events = eventTypes(types);
  return [
    `// @phaseboard/client ${version}: written by \`npm run pack:client\` from the server's own schemas.`,
    contract.trim(),
    DEFINITION_DECLARATIONS.trim(),
    types.declarations().trim(),
    events,
    client,
    "/** A client of the Phaseboard at `url`. It sends nothing by itself. */\nexport declare function createClient(options: ClientOptions): PhaseboardClient;\n",
  ].join("\n\n");
}

function clientType(types: SchemaTypes): string {
  const routers = new Map<string, string[]>();
  for (const [path, procedure] of Object.entries(
    appRouter._def.procedures as unknown as Record<string, AnyProcedure>,
  )) {
    const [router = "", name = "", ...deeper] = path.split(".");
    if (deeper.length > 0) throw new Error(`${path} is nested deeper than the client goes`);
    const definition = procedure._def as unknown as Definition;
    const doc = docComment(definition.meta?.openapi?.summary, "    ");
    const line = `${doc}    readonly ${propertyName(name)}: ${callType(path, definition, types)};`;
    routers.set(router, [...(routers.get(router) ?? []), line]);
  }
  const groups = [...routers].map(
    ([name, lines]) => `  readonly ${propertyName(name)}: {\n${lines.join("\n")}\n  };`,
  );
  const upload = [
    "  /** Keeps a file as an artifact of a step. */",
    `  upload(options: UploadOptions): Promise<${types.typeOf(Artifact, "output")}>;`,
    "  /** Begins to read an artifact. */",
    "  download(artifact_id: string, options?: DownloadOptions): Promise<Download>;",
  ];
  return `export interface PhaseboardClient {\n${[...groups, ...upload].join("\n")}\n}`;
}

function callType(path: string, { type, inputs, output }: Definition, types: SchemaTypes): string {
  const special = MUTATIONS_BY_DEFINITION[path];
  if (inputs.length > 1) throw new Error(`${path} has several inputs, of which the client knows one`);
  const input = inputType(inputs[0], types);
  if (type === "subscription") {
    const streamed = STREAMED[path];
    if (!streamed || !RESUME[path]) throw new Error(`the client does not know how to follow ${path}`);
    const data = typeof streamed === "string" ? streamed : types.typeOf(streamed, "output", "    ");
    return `Subscription<${input}, ${data}>`;
  }
  if (!output) throw new Error(`${path} does not say what it gives`);
  const result = types.typeOf(output, "output", "    ");
  if (special) return special(input, result);
  return `${type === "query" ? "Query" : "Mutation"}<${input}, ${result}>`;
}

function inputType(input: z.ZodType | undefined, types: SchemaTypes): string {
  if (!input || types.isEmpty(input)) return "void";
  const type = types.typeOf(input, "input", "    ");
  // TypeScript lets callers omit a parameter only if its type includes void.
  return types.mayBeAbsent(input) ? `${type} | void` : type;
}

function eventTypes(types: SchemaTypes): string {
  const lines = Object.entries(EVENT_DATA).map(
    ([type, data]) => `  ${propertyName(type)}: ${types.typeOf(data, "output", "  ")};`,
  );
  return `/** What each type of event tells. */
export interface ProjectEventData {
${lines.join("\n")}
}

export type ProjectEventType = keyof ProjectEventData;

/** Something that happened in a project; \`id\` counts up without a gap, and is null for what is not kept. */
export type ProjectEvent = {
  [T in ProjectEventType]: { id: number | null; type: T; data: ProjectEventData[T] };
}[ProjectEventType];`;
}
