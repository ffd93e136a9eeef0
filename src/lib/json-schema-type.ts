import { isRecord } from "./is-record";

type Schema = Record<string, unknown>;

const ANY_OBJECT = "Record<string, unknown>";

export interface TypeOptions {
  /** Name of the type for a `$ref`; null: the referenced schema is written out in its place. */
  nameOf?(ref: string): string | null;
  /** True where a property with a default may be left out, as in a schema of what people send. */
  defaultsAreOptional?: boolean;
}

/**
 * A JSON Schema (2020-12 or draft 7, without circles) as the text of a TypeScript type. Lengths, patterns and the like
 * are left out. An object without `additionalProperties` has its named properties only.
 */
export function jsonSchemaType(schema: unknown, options: TypeOptions = {}): string {
  return new Printer(schema, options).type(schema, "");
}

/** The text of a declaration's comment; "" where there is none. */
export function docComment(text: unknown, indent = ""): string {
  if (typeof text !== "string" || text.trim() === "") return "";
  const lines = text
    .trim()
    .replaceAll("*/", "* /")
    .split(/\r\n?|\n/);
  if (lines.length === 1) return `${indent}/** ${lines[0]} */\n`;
  return `${indent}/**\n${lines.map((line) => `${indent} * ${line}`.trimEnd()).join("\n")}\n${indent} */\n`;
}

/** The name of a property in a type, quoted where needed. */
export function propertyName(name: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(name) ? name : JSON.stringify(name);
}

class Printer {
  constructor(
    private readonly root: unknown,
    private readonly options: TypeOptions,
  ) {}

  type(schema: unknown, indent: string): string {
    if (schema === false) return "never";
    if (!isRecord(schema)) return "unknown";
    const parts = [
      ...this.reference(schema, indent),
      ...this.values(schema),
      ...["anyOf", "oneOf"].flatMap((keyword) => this.union(schema[keyword], indent)),
      ...list(schema.allOf).map((part) => this.type(part, indent)),
    ];
    // The listed values are more exact than the type.
    const hasValues = "const" in schema || Array.isArray(schema.enum);
    const own = hasValues ? "unknown" : this.byType(schema, indent);
    return intersection([...parts, own]);
  }

  private reference(schema: Schema, indent: string): string[] {
    if (typeof schema.$ref !== "string") return [];
    const name = this.options.nameOf?.(schema.$ref) ?? null;
    return [name ?? this.type(this.target(schema.$ref), indent)];
  }

  private target(ref: string): unknown {
    let at: unknown = this.root;
    for (const part of ref.split("/").slice(1)) {
      at = isRecord(at) ? at[part.replaceAll("~1", "/").replaceAll("~0", "~")] : undefined;
    }
    return at;
  }

  private followed(schema: unknown): Schema {
    if (!isRecord(schema)) return {};
    return typeof schema.$ref === "string" ? this.followed(this.target(schema.$ref)) : schema;
  }

  private values(schema: Schema): string[] {
    if ("const" in schema) return [literal(schema.const)];
    return Array.isArray(schema.enum) ? [union(schema.enum.map(literal))] : [];
  }

  private union(schemas: unknown, indent: string): string[] {
    return Array.isArray(schemas) ? [union(schemas.map((each) => this.type(each, indent)))] : [];
  }

  private byType(schema: Schema, indent: string): string {
    const names = Array.isArray(schema.type) ? schema.type : [schema.type ?? impliedType(schema)];
    return union(names.map((name) => this.named(name, schema, indent)));
  }

  private named(name: unknown, schema: Schema, indent: string): string {
    switch (name) {
      case "string":
      case "boolean":
      case "null":
        return name;
      case "number":
      case "integer":
        return "number";
      case "array":
        return this.array(schema, indent);
      case "object":
        return this.object(schema, indent);
      default:
        return "unknown";
    }
  }

  private array(schema: Schema, indent: string): string {
    const isDraft07Tuple = Array.isArray(schema.items);
    const first = list(isDraft07Tuple ? schema.items : schema.prefixItems);
    const rest = isDraft07Tuple ? schema.additionalItems : schema.items;
    if (first.length === 0) return `${wrapped(this.type(rest, indent))}[]`;
    const needed = typeof schema.minItems === "number" ? schema.minItems : 0;
    const items = first.map((item, index) => {
      const text = this.type(item, indent);
      return index < needed ? text : `${wrapped(text)}?`;
    });
    if (rest !== false) items.push(`...${wrapped(this.type(rest, indent))}[]`);
    return `[${items.join(", ")}]`;
  }

  private object(schema: Schema, indent: string): string {
    const properties = isRecord(schema.properties) ? Object.entries(schema.properties) : [];
    const { additionalProperties, patternProperties, propertyNames } = schema;
    const required = new Set(list(schema.required));
    if (properties.length === 0) {
      if (additionalProperties === false) return "Record<string, never>";
      const value = isRecord(patternProperties) ? "unknown" : this.type(additionalProperties ?? true, indent);
      const names = this.followed(propertyNames).enum;
      if (!Array.isArray(names)) return `Record<string, ${value}>`;
      const record = `Record<${this.type(propertyNames, indent)}, ${value}>`;
      return names.every((name) => required.has(name)) ? record : `Partial<${record}>`;
    }
    const inner = `${indent}  `;
    const lines = properties.map(([name, value]) => {
      const isDefaulted = this.options.defaultsAreOptional && isRecord(value) && "default" in value;
      const mark = required.has(name) && !isDefaulted ? "" : "?";
      const doc = isRecord(value) ? docComment(value.description, inner) : "";
      return `${doc}${inner}${propertyName(name)}${mark}: ${this.type(value, inner)};\n`;
    });
    const isOpen = additionalProperties === true || isRecord(additionalProperties) || patternProperties;
    if (isOpen) lines.push(`${inner}[name: string]: unknown;\n`);
    return `{\n${lines.join("")}${indent}}`;
  }
}

/** The type that the keywords imply, where the schema names none. */
function impliedType(schema: Schema): string | undefined {
  if ("properties" in schema) return "object";
  return "items" in schema || "prefixItems" in schema ? "array" : undefined;
}

function literal(value: unknown): string {
  if (value === null || typeof value !== "object") return JSON.stringify(value) ?? "unknown";
  if (Array.isArray(value)) return `[${value.map(literal).join(", ")}]`;
  const entries = Object.entries(value).map(([name, each]) => `${propertyName(name)}: ${literal(each)}`);
  return entries.length === 0 ? "Record<string, never>" : `{ ${entries.join("; ")} }`;
}

function union(types: string[]): string {
  const all = [...new Set(types)];
  if (all.includes("unknown")) return "unknown";
  return all.length === 0 ? "never" : all.join(" | ");
}

function intersection(types: string[]): string {
  const all = [...new Set(types.filter((type) => type !== "unknown"))];
  // Beside a type with named properties, "any object" would allow all others.
  const told = all.length > 1 ? all.filter((type) => type !== ANY_OBJECT) : all;
  if (told.length < 2) return told[0] ?? "unknown";
  return told.map(wrapped).join(" & ");
}

/** In parentheses where a suffix would otherwise apply to the last part only. */
function wrapped(type: string): string {
  let depth = 0;
  for (const [token] of type.matchAll(/"(?:[^"\\]|\\.)*"|\/\*.*?\*\/|[{}()[\]<>|&]/gs)) {
    if ("{([<".includes(token)) depth++;
    else if ("})]>".includes(token)) depth--;
    else if (depth === 0 && (token === "|" || token === "&")) return `(${type})`;
  }
  return type;
}

function list(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}
