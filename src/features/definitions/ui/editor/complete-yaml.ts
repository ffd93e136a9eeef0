import {
  type Completion,
  type CompletionContext,
  type CompletionResult,
  pickedCompletion,
  startCompletion,
} from "@codemirror/autocomplete";
import type { EditorView } from "@codemirror/view";
import { isRecord } from "../../../../lib/is-record";
import type { Vocabulary } from "../../schema";
import { completeExpression, expressionBefore } from "./complete-expression";
import { propertiesOf, type Schema, type Segment, schemasAt, textOf, valuesOf } from "./schema-at";
import { endedBefore, mayPrecede, stepsOf } from "./step-order";
import { placeAt, valueAt, type YamlPlace, type YamlValue } from "./yaml-place";

const JSON_TYPES = ["string", "number", "integer", "boolean", "array", "object", "null"];

/** Completes keys, values and expressions of a definition in YAML, by the schema and by the names that there are. */
export function completeYaml(vocabulary: Vocabulary, context: CompletionContext): CompletionResult | null {
  const text = context.state.doc.toString();
  const place = placeAt(text, context.pos);
  if (!place || !(context.explicit || isAwaited(place.word, text.slice(0, context.pos)))) return null;
  const typeOf = (path: readonly Segment[]) => {
    const type = valueAt(place.root, [...path, "type"]);
    return typeof type === "string" && type !== "" ? type : undefined;
  };
  const schemas = schemasAt(vocabulary.yaml, place.path, typeOf);
  if (place.isKey) {
    const options = keysFor(vocabulary, place, schemas);
    if (options.length > 0) return { from: place.from, options, validFor: /^[\w-]*$/ };
  }
  return valuesFor(vocabulary, place, schemas, context);
}

/** Whether something is offered without being asked for: in a word, and where one is to come. */
const isAwaited = (word: string, before: string) => word !== "" || /(?:[.$[{]|[:,[{] )$/.test(before);

/** The keys that the mapping at the cursor does not have yet. */
function keysFor(vocabulary: Vocabulary, place: YamlPlace, schemas: readonly Schema[]): Completion[] {
  const { path, root } = place;
  const there = valueAt(root, path);
  const isNew = (key: string) => !(there instanceof Map && there.has(key));
  const keyword = keywordPlace(path);
  if (keyword) {
    const keys = keyword === "keywords" ? vocabulary.schema_keywords : [];
    return keys.filter(isNew).map((label) => keyOption(label, {}, false, 0));
  }
  if (path[0] === "on" && path.at(-1) === "args") {
    return argsOf(root).flatMap(([label, schema]) =>
      isNew(label) ? [keyOption(label, { description: textOf(schema.description) }, false, 0)] : [],
    );
  }
  return [...propertiesOf(schemas)].flatMap(([label, { schema, required }], index) =>
    isNew(label) ? [keyOption(label, schema, required, index)] : [],
  );
}

/** Where in a JSON Schema of the author's the path leads: to its keywords, or to names of the author's own. */
function keywordPlace(path: readonly Segment[]): "keywords" | "names" | null {
  const isSchema = path[0] === "args_schema" || (path[0] === "steps" && path[2] === "form");
  if (!isSchema) return null;
  return ["properties", "patternProperties", "$defs"].includes(String(path.at(-1))) ? "names" : "keywords";
}

function keyOption(label: string, schema: Schema, required: boolean, index: number): Completion {
  const info = textOf(schema.description);
  return {
    label,
    type: "property",
    detail: required ? "required" : undefined,
    ...(info ? { info } : {}),
    boost: (required ? 50 : 20) - Math.min(index, 40) / 2,
    apply: (view, completion, from, to) => writeKey(view, completion, from, to, schema),
  };
}

/** Writes a key with what follows it, and offers its values. */
function writeKey(view: EditorView, completion: Completion, from: number, to: number, schema: Schema): void {
  const line = view.state.doc.lineAt(from);
  const isBlock = /^\s*(?:- +)*$/.test(line.text.slice(0, from - line.from));
  const hasColon = /^\s*:/.test(view.state.sliceDoc(to, line.to));
  const indent = `\n${" ".repeat(from - line.from + 2)}`;
  const isMapping = isRecord(schema.properties) || isRecord(schema.additionalProperties);
  const ofMappings = isRecord(schema.items) && (isRecord(schema.items.properties) || "anyOf" in schema.items);
  const [head, tail] = hasColon
    ? ["", ""]
    : schema.type === "array" && !ofMappings
      ? [": [", "]"]
      : !isBlock
        ? isMapping
          ? [": { ", " }"]
          : [": ", ""]
        : ofMappings
          ? [`:${indent}- `, ""]
          : isMapping
            ? [`:${indent}`, ""]
            : [": ", ""];
  const insert = completion.label + head + tail;
  view.dispatch({
    changes: { from, to, insert },
    selection: { anchor: from + completion.label.length + head.length },
    userEvent: "input.complete",
    annotations: pickedCompletion.of(completion),
  });
  if (!hasColon) startCompletion(view);
}

function valuesFor(
  vocabulary: Vocabulary,
  place: YamlPlace,
  schemas: readonly Schema[],
  context: CompletionContext,
): CompletionResult | null {
  const { path, root, from } = place;
  const hints = schemas.find((schema) => "x-expressions" in schema || "x-completes" in schema) ?? {};
  const expressions = textOf(hints["x-expressions"]);
  if (expressions) {
    const expression = expressionBefore(place.before, expressions);
    if (expression !== null) {
      const index = path[0] === "steps" && typeof path[1] === "number" ? path[1] : null;
      const steps = stepsOf(root);
      return completeExpression(vocabulary, {
        expression,
        place: expressions,
        end: context.pos,
        steps: index === null ? [] : endedBefore(steps, index),
        args: argsOf(root).map(([name, schema]) => ({ name, description: textOf(schema.description) })),
      });
    }
  }
  if (hints["x-completes"] === "variable") return variablesFor(vocabulary, place, context);
  if (keywordPlace(path.slice(0, -1)) === "keywords" && path.at(-1) === "type") {
    return { from, options: JSON_TYPES.map(option), validFor: WORD };
  }
  const listed = schemas.flatMap(valuesOf);
  const options = [
    ...listed.map(({ value, description }) => ({
      ...option(value),
      ...(description ? { info: description } : {}),
    })),
    ...namesFor(vocabulary, place, textOf(hints["x-completes"])),
  ];
  const there = valueAt(root, path.slice(0, -1));
  const taken = Array.isArray(there) ? there : [];
  const left = options.filter(({ label }) => !taken.includes(label));
  return left.length > 0 ? { from, options: left, validFor: WORD } : null;
}

const WORD = /^[\w./-]*$/;
const option = (label: string): Completion => ({ label, type: "enum" });

/** Names that stand elsewhere in the definition, or in the project. */
function namesFor(vocabulary: Vocabulary, { path, root }: YamlPlace, what: string | undefined): Completion[] {
  const index = typeof path[1] === "number" ? path[1] : 0;
  switch (what) {
    case "phase":
      return listOf(root, "phases").map((label) => ({ label, type: "class", detail: "phase" }));
    case "step": {
      const steps = stepsOf(root);
      const ids = path[2] === "rework" ? endedBefore(steps, index) : mayPrecede(steps, index);
      return ids.map((label) => ({ label, type: "variable", detail: "step" }));
    }
    case "agent":
      return vocabulary.agents.map(({ name, command }) => ({ label: name, type: "class", detail: command }));
    case "secret":
      return vocabulary.secrets.map((label) => ({ label, type: "constant", detail: "secret" }));
    case "timezone":
      return ["UTC", ...Intl.supportedValuesOf("timeZone")].map(option);
    default:
      return [];
  }
}

/** Behind a `$` of a script: its variables. */
function variablesFor(
  vocabulary: Vocabulary,
  { path, root, before }: YamlPlace,
  { pos }: CompletionContext,
): CompletionResult | null {
  const [, name] = /\$\{?(\w*)$/.exec(before) ?? [];
  if (name === undefined) return null;
  const own = path.slice(0, 2);
  const variables = [...keysAt(root, [...own, "env"]), ...keysAt(root, ["env"])];
  const secrets = [...listAt(root, [...own, "secrets"]), ...listOf(root, "secrets")];
  const from = (detail: string) => (label: string) => ({ label, type: "variable", detail });
  const options = [
    ...[...new Set(variables)].map(from("env")),
    ...[...new Set(secrets)].map(from("secret")),
    ...vocabulary.variables.map(from("Phaseboard")),
  ];
  return { from: pos - name.length, options, validFor: /^\w*$/ };
}

function keysAt(root: YamlValue, path: readonly Segment[]): string[] {
  const found = valueAt(root, path);
  return found instanceof Map ? [...found.keys()] : [];
}

function listAt(root: YamlValue, path: readonly Segment[]): string[] {
  const found = valueAt(root, path);
  return Array.isArray(found)
    ? (found.filter((item) => typeof item === "string" && item !== "") as string[])
    : [];
}

const listOf = (root: YamlValue, key: string) => listAt(root, [key]);

/** The args that the definition declares, each with its schema as far as it is written. */
function argsOf(root: YamlValue): [string, Schema][] {
  const properties = valueAt(root, ["args_schema", "properties"]);
  if (!(properties instanceof Map)) return [];
  return [...properties].map(([name, schema]) => [
    name,
    schema instanceof Map ? Object.fromEntries(schema) : {},
  ]);
}
