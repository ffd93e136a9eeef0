/**
 * JSON Schemas that people write for a workflow's args. Only schemas that are cheap to check for any args are compiled:
 * of limited size, without cycles, with patterns that match in linear time.
 */
import type { AnySchemaObject, ErrorObject, ValidateFunction } from "ajv";
import { Ajv } from "ajv";
import { Ajv2020 } from "ajv/dist/2020.js";
import addFormats, { type FormatName } from "ajv-formats";
import { fullFormats } from "ajv-formats/dist/formats.js";
import { isRecord } from "../../lib/is-record";
import { SafeRegExp, SafeRegExpError } from "../../lib/safe-regexp";
import { didYouMean } from "../../lib/suggest";
import { describeValue, type PathSegment } from "./faults";
import { KNOWN_KEYWORDS, keywordKind } from "./schema-keywords";
import type { JsonSchema } from "./types";

export interface SchemaFault {
  /** Path of the fault inside the schema. */
  path: PathSegment[];
  message: string;
}

export interface CompiledSchema {
  validate: ValidateFunction;
  /** Number of subschemas once every `$ref` is followed: the most that each value of the args may cost. */
  size: number;
}

const MAX_BYTES = 64 * 1024;
const MAX_DEPTH = 16;
const MAX_SIZE = 1_000;
const MAX_PATTERN_COST = 6_000;

const FORMATS: FormatName[] = [
  ...(["date", "time", "date-time", "duration", "uri", "uri-reference", "email", "hostname"] as const),
  ...(["ipv4", "ipv6", "uuid", "json-pointer", "byte", "int32", "int64", "float", "double"] as const),
];
/** Formats that only say how a form shows the field. */
const SHOWN_FORMATS = ["password", "textarea", "binary", "color"];
const DRAFT_07 = /^https?:\/\/json-schema\.org\/draft-0[67]\/schema#?$/;
const DRAFT_2020 = "https://json-schema.org/draft/2020-12/schema";

/** What compiling the `pattern`s of the current schema has cost so far. */
let patternCost = 0;

function safePattern(source: string): SafeRegExp {
  const pattern = new SafeRegExp(source);
  patternCost += pattern.cost;
  if (patternCost > MAX_PATTERN_COST) throw new SafeRegExpError("the patterns are too large taken together");
  return pattern;
}

const options = {
  allErrors: true,
  useDefaults: true,
  strict: false,
  ownProperties: true,
  addUsedSchema: false,
  logger: false,
  verbose: true,
  messages: true,
  code: { regExp: Object.assign(safePattern, { code: "safePattern" }) },
} as const;

function make<T extends Ajv>(ajv: T): T {
  // ajv's "fast" formats, since the regular expressions of the full ones back-track.
  addFormats.default(ajv, { mode: "fast", formats: FORMATS });
  // For dates and times the full formats are plain functions, and the fast ones accept days that do not exist.
  for (const name of ["date", "time", "date-time"] as const) ajv.addFormat(name, fullFormats[name]);
  for (const name of SHOWN_FORMATS) ajv.addFormat(name, true);
  return ajv;
}

const COMPILES_PER_INSTANCE = 200;
let dialects: { draft07: Ajv; draft2020: Ajv2020 } | undefined;
let compiles = 0;

function dialectOf(schema: JsonSchema): Ajv {
  // An ajv instance keeps parts of every schema that it compiled, so it is replaced now and then.
  if (!dialects || ++compiles > COMPILES_PER_INSTANCE) {
    dialects = { draft07: make(new Ajv(options)), draft2020: make(new Ajv2020(options)) };
    compiles = 0;
  }
  return DRAFT_07.test(String(schema.$schema)) ? dialects.draft07 : dialects.draft2020;
}

/**
 * Checks that `schema` describes an object and compiles it (JSON Schema 2020-12, or draft 7 where `$schema`
 * says so). Gives every fault with its path inside the schema.
 */
export function compileArgsSchema(
  schema: JsonSchema,
): { ok: true; compiled: CompiledSchema } | { ok: false; faults: SchemaFault[] } {
  const walk = new SchemaWalk(schema);
  walk.run();
  if (walk.faults.length > 0) return { ok: false, faults: walk.faults };

  const ajv = dialectOf(schema);
  if (!ajv.validateSchema(schema)) {
    return { ok: false, faults: (ajv.errors ?? []).slice(0, 5).map(metaFault) };
  }
  patternCost = 0;
  try {
    return { ok: true, compiled: { validate: ajv.compile(schema), size: walk.size } };
  } catch (error) {
    return {
      ok: false,
      faults: [{ path: [], message: error instanceof Error ? error.message : String(error) }],
    };
  } finally {
    ajv.removeSchema(schema as AnySchemaObject);
  }
}

function metaFault(error: ErrorObject): SchemaFault {
  const path = error.instancePath.split("/").slice(1).map(unescapePointer);
  const allowed = error.keyword === "enum" ? `: ${String(error.params.allowedValues)}` : "";
  return {
    path,
    message: `${error.message ?? "is not valid"}${allowed}, found ${describeValue(error.data)}`,
  };
}

const unescapePointer = (part: string) => part.replaceAll("~1", "/").replaceAll("~0", "~");

/** Checks a schema before it reaches the compiler. */
class SchemaWalk {
  readonly faults: SchemaFault[] = [];
  size = 0;
  private readonly following = new Set<unknown>();

  constructor(private readonly root: JsonSchema) {}

  run(): void {
    if (JSON.stringify(this.root).length > MAX_BYTES) {
      this.fault([], "must have at most 64 KB");
      return;
    }
    const dialect = this.root.$schema;
    if (dialect !== undefined && dialect !== DRAFT_2020 && !DRAFT_07.test(String(dialect))) {
      this.fault(["$schema"], `expected "${DRAFT_2020}" or draft 7, found ${describeValue(dialect)}`);
    }
    if (this.root.type !== "object") {
      this.fault(["type"], `expected "object", since args are named, found ${describeValue(this.root.type)}`);
    }
    this.schema(this.root, []);
  }

  private fault(path: PathSegment[], message: string): void {
    if (this.faults.length < 10) this.faults.push({ path, message });
  }

  private schema(schema: unknown, path: PathSegment[]): void {
    if (++this.size > MAX_SIZE) {
      if (this.size === MAX_SIZE + 1)
        this.fault([], `must have at most ${MAX_SIZE} parts once every $ref is followed`);
    } else if (isRecord(schema)) this.entries(schema, path);
    else if (typeof schema !== "boolean") {
      this.fault(path, `expected a schema, found ${describeValue(schema)}`);
    }
  }

  private entries(schema: Record<string, unknown>, path: PathSegment[]): void {
    if (this.following.size > MAX_DEPTH) this.fault(path, `is nested more than ${MAX_DEPTH} levels deep`);
    else if (this.following.has(schema)) {
      this.fault(path, "is part of a circle of $refs, which is not supported");
    } else {
      this.following.add(schema);
      for (const [keyword, value] of Object.entries(schema)) this.keyword(keyword, value, path);
      this.following.delete(schema);
    }
  }

  private keyword(keyword: string, value: unknown, path: PathSegment[]): void {
    const here = [...path, keyword];
    switch (keywordKind(keyword)) {
      case "schema":
        this.schema(value, here);
        break;
      case "schemas":
        this.list(value, here);
        break;
      case "schema or list":
        if (Array.isArray(value)) this.list(value, here);
        else this.schema(value, here);
        break;
      case "named schemas":
        this.named(keyword, value, here);
        break;
      case "ref":
        this.reference(value, here);
        break;
      case "pattern":
        this.pattern(value, here);
        break;
      case "format":
        this.format(value, here);
        break;
      case "refused":
        this.fault(here, "is not supported");
        break;
      case "unknown":
        this.fault(here, `is not a keyword of JSON Schema${didYouMean(keyword, KNOWN_KEYWORDS)}`);
        break;
    }
  }

  /** Walks the items of a list. The dialect's own schema refuses a value of another type later. */
  private list(value: unknown, path: PathSegment[]): void {
    if (!Array.isArray(value)) return;
    for (const [index, item] of value.entries()) this.schema(item, [...path, index]);
  }

  private named(keyword: string, value: unknown, path: PathSegment[]): void {
    if (!isRecord(value)) return;
    for (const [name, item] of Object.entries(value)) {
      const here = [...path, name];
      if (keyword === "patternProperties") this.pattern(name, here);
      if (name in Object.prototype) this.fault(here, "is not allowed as a name");
      else this.schema(item, here);
    }
  }

  private reference(value: unknown, path: PathSegment[]): void {
    if (typeof value !== "string" || !/^#\/(\$defs|definitions)\/[^/]+$/.test(value)) {
      this.fault(path, `expected "#/$defs/…" of the same schema, found ${describeValue(value)}`);
      return;
    }
    let target: unknown = this.root;
    for (const part of value.split("/").slice(1)) {
      const name = unescapePointer(part);
      target = isRecord(target) && Object.hasOwn(target, name) ? target[name] : undefined;
    }
    if (target === undefined) this.fault(path, `there is no ${describeValue(value)} in this schema`);
    else this.schema(target, path);
  }

  private pattern(value: unknown, path: PathSegment[]): void {
    try {
      if (typeof value === "string") new SafeRegExp(value);
      else this.fault(path, `expected a pattern, found ${describeValue(value)}`);
    } catch (error) {
      if (!(error instanceof SafeRegExpError)) throw error;
      this.fault(path, `${error.message}; patterns are RE2: no look-around, no back-references`);
    }
  }

  private format(value: unknown, path: PathSegment[]): void {
    const known: string[] = [...FORMATS, ...SHOWN_FORMATS];
    if (typeof value !== "string" || !known.includes(value)) {
      this.fault(path, `unknown format ${describeValue(value)}${didYouMean(String(value), known)}`);
    }
  }
}
