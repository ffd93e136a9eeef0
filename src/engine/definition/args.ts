import type { ErrorObject } from "ajv";
import type { FieldFault } from "../../lib/errors";
import { isRecord } from "../../lib/is-record";
import { numberFault } from "../../lib/number-fault";
import { SafeRegExpError } from "../../lib/safe-regexp";
import { didYouMean } from "../../lib/suggest";
import { type CompiledSchema, compileArgsSchema } from "./args-schema";
import { describeValue, formatPath, type PathSegment } from "./faults";
import type { JsonSchema } from "./types";
import { isStorable } from "./yaml-document";

const MAX_BYTES = 64 * 1024;
const MAX_DEPTH = 20;
const MAX_ITEMS = 1_000;
/** Limit for the number of values in the args times the size of the schema. */
const MAX_WORK = 250_000;
const MAX_FAULTS = 50;
const CACHED_SCHEMAS = 200;

export type CheckedArgs = { ok: true; args: Record<string, unknown> } | { ok: false; faults: FieldFault[] };

/** Compiled schemas by their text; the least recently used is first. */
const cache = new Map<string, CompiledSchema>();

/**
 * Checks the args of a run against `args_schema` and fills in defaults in a copy. Faults are named by field, as in
 * `args.targets[0]`. Without a schema any object passes. Unknown args pass unless it says `additionalProperties:
 * false`. At most 64 KB as JSON.
 */
export function checkArgs(schema: JsonSchema | null, args: unknown): CheckedArgs {
  const copy = new Copy();
  const value = copy.of(args ?? {}, ["args"], 0);
  if (copy.fault) return refused(copy.fault.path, copy.fault.message);
  if (!isRecord(value)) return refused(["args"], `must be an object, found ${describeValue(args)}`);
  if (Buffer.byteLength(JSON.stringify(value)) > MAX_BYTES)
    return refused(["args"], "must have at most 64 KB");
  if (!schema) return { ok: true, args: value };

  const compiled = compiledOf(schema);
  if (!compiled) return refused(["args"], "cannot be checked: the definition's args_schema is not valid");
  if (copy.values * compiled.size > MAX_WORK) {
    return refused(["args"], `has too many values (${copy.values}) for a schema of this size`);
  }
  try {
    if (compiled.validate(value)) return { ok: true, args: inOrderOf(schema, value) };
  } catch (error) {
    if (error instanceof SafeRegExpError) return refused(["args"], error.message);
    throw error;
  }
  return { ok: false, faults: faultsOf(compiled.validate.errors ?? [], schema) };
}

/** The same value with its keys as the schema's author wrote them, and those that it does not know behind. */
function inOrderOf<T>(schema: unknown, value: T): T {
  if (!isRecord(schema)) return value;
  if (Array.isArray(value)) return value.map((item) => inOrderOf(schema.items, item)) as T;
  if (!isRecord(value) || !isRecord(schema.properties)) return value;
  const { properties } = schema;
  const known = Object.keys(properties).filter((key) => Object.hasOwn(value, key));
  const others = Object.keys(value).filter((key) => !Object.hasOwn(properties, key));
  return Object.fromEntries(
    [...known, ...others].map((key) => [key, inOrderOf(properties[key], value[key])]),
  ) as T;
}

function refused(path: PathSegment[], message: string): CheckedArgs {
  return { ok: false, faults: [{ path: formatPath(path), message }] };
}

function compiledOf(schema: JsonSchema): CompiledSchema | null {
  const text = JSON.stringify(schema);
  const known = cache.get(text);
  if (known) {
    cache.delete(text);
    cache.set(text, known);
    return known;
  }
  const result = compileArgsSchema(schema);
  if (!result.ok) return null;
  cache.set(text, result.compiled);
  for (const oldest of cache.keys()) {
    if (cache.size <= CACHED_SCHEMAS) break;
    cache.delete(oldest);
  }
  return result.compiled;
}

/** Copies JSON and counts its values; stops at the first value that a run may not have. */
class Copy {
  values = 0;
  fault: { path: PathSegment[]; message: string } | undefined;

  of(value: unknown, path: PathSegment[], depth: number): unknown {
    if (this.fault) return null;
    // A bound before the JSON is written out: each value takes at least two bytes.
    if (++this.values > MAX_BYTES / 2) return this.refuse(["args"], "must have at most 64 KB");
    if (typeof value === "string" && !isStorable(value)) {
      return this.refuse(path, "must not have NUL characters or broken Unicode");
    }
    if (typeof value === "number") {
      const fault = numberFault(value);
      return fault ? this.refuse(path, fault) : value;
    }
    if (typeof value !== "object" || value === null) return value;
    if (depth >= MAX_DEPTH) return this.refuse(path.slice(0, 4), `must be at most ${MAX_DEPTH} levels deep`);
    if (Array.isArray(value)) {
      if (value.length > MAX_ITEMS) return this.refuse(path, `must have at most ${MAX_ITEMS} items`);
      return value.map((item, index) => this.of(item, [...path, index], depth + 1));
    }
    const copy: Record<string, unknown> = {};
    for (const [key, item] of Object.entries(value)) {
      if (key in Object.prototype || !isStorable(key))
        return this.refuse(path, "has a name that is not allowed");
      copy[key] = this.of(item, [...path, key], depth + 1);
    }
    return copy;
  }

  private refuse(path: PathSegment[], message: string): null {
    this.fault ??= { path, message };
    return null;
  }
}

function faultsOf(errors: ErrorObject[], schema: JsonSchema): FieldFault[] {
  // Errors inside of a choice such as `anyOf` are left out: the choice reports one of its own.
  const choices = errors.filter((error) => ["anyOf", "oneOf", "if", "not"].includes(error.keyword));
  const inChoice = (error: ErrorObject) =>
    choices.some((choice) => error !== choice && error.schemaPath.startsWith(`${choice.schemaPath}/`));
  const faults = new Map<string, FieldFault>();
  for (const error of errors) {
    if (inChoice(error)) continue;
    const fault = faultOf(error, schema);
    if (!faults.has(fault.path)) faults.set(fault.path, fault);
    if (faults.size >= MAX_FAULTS) break;
  }
  return [...faults.values()];
}

function faultOf(error: ErrorObject, schema: JsonSchema): FieldFault {
  const path = pathOf(error.instancePath);
  const { params } = error;
  const at = (name: string, message: string) => ({ path: formatPath([...path, name]), message });
  switch (error.keyword) {
    case "required":
      return at(String(params.missingProperty), "is required");
    case "dependentRequired":
      return at(String(params.missingProperty), `is required beside ${String(params.property)}`);
    case "additionalProperties": {
      const name = String(params.additionalProperty);
      const known = isRecord(schema.properties) && path.length === 1 ? Object.keys(schema.properties) : [];
      return at(name, `is not an argument of this workflow${didYouMean(name, known)}`);
    }
    case "type":
      return {
        path: formatPath(path),
        message: `must be ${[params.type].flat().join(" or ")}, found ${describeValue(error.data)}`,
      };
    case "enum":
      return { path: formatPath(path), message: `must be one of ${listed(params.allowedValues)}` };
    case "const":
      return { path: formatPath(path), message: `must be ${describeValue(params.allowedValue)}` };
    case "if":
      return { path: formatPath(path), message: "does not fit what its other fields ask for" };
    default:
      return { path: formatPath(path), message: error.message ?? "is not valid" };
  }
}

function listed(values: unknown): string {
  const all = Array.isArray(values) ? values : [];
  const shown = all.slice(0, 20).map((value) => (typeof value === "string" ? value : JSON.stringify(value)));
  return `${shown.join(", ")}${all.length > shown.length ? ", …" : ""}`;
}

/** `/targets/0` as `["args", "targets", 0]`. */
function pathOf(pointer: string): PathSegment[] {
  const parts = pointer.split("/").slice(1);
  return [
    "args",
    ...parts.map((part) =>
      /^(0|[1-9][0-9]*)$/.test(part) ? Number(part) : part.replaceAll("~1", "/").replaceAll("~0", "~"),
    ),
  ];
}
