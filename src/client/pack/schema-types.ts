import { z } from "zod";
import { docComment, jsonSchemaType } from "../../lib/json-schema-type";
import type { NamedSchemas } from "./named-schemas";

/** `input`: as callers send it, fields with defaults optional; `output`: as they receive it. */
export type Side = "input" | "output";

interface JsonSchema {
  $ref?: string | undefined;
  $defs?: Record<string, object> | undefined;
  required?: string[] | undefined;
  properties?: object | undefined;
}

const REF = "#/$defs/";

/** Writes the types of schemas, and the declarations of the named ones that are used. */
export class SchemaTypes {
  private readonly declared = new Map<string, string>();

  constructor(private readonly schemas: NamedSchemas) {}

  /** The TypeScript type of a schema: its name if it has one. */
  typeOf(schema: z.ZodType, side: Side, indent = ""): string {
    const name = this.schemas.nameOf(schema);
    return name ? this.use(name, side) : this.write(schema, side, indent);
  }

  /** True if callers may omit the input as a whole. */
  mayBeAbsent(schema: z.ZodType): boolean {
    return (this.jsonOf(schema, "input").required ?? []).length === 0;
  }

  isEmpty(schema: z.ZodType): boolean {
    return Object.keys(this.jsonOf(schema, "input").properties ?? {}).length === 0;
  }

  /** The declarations of all used named types, sorted by name. */
  declarations(): string {
    return [...this.declared]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([, text]) => text)
      .join("\n");
  }

  private use(name: string, side: Side): string {
    const schema = this.schemas.schemaOf(name);
    const differs = side === "input" && this.write(schema, "input") !== this.write(schema, "output");
    const own = differs && !name.endsWith("Input") ? `${name}Input` : name;
    if (!this.declared.has(own)) {
      this.declared.set(own, "");
      const type = this.write(schema, side);
      const doc = docComment(this.schemas.get(schema)?.description);
      const isObject = type.startsWith("{") && type.indexOf("\n}") === type.length - 2;
      this.declared.set(
        own,
        `${doc}export ${isObject ? `interface ${own} ${type}` : `type ${own} = ${type};`}\n`,
      );
    }
    return own;
  }

  private write(schema: z.ZodType, side: Side, indent = ""): string {
    const type = jsonSchemaType(this.jsonOf(schema, side), {
      nameOf: (ref) => this.use(ref.slice(REF.length), side),
    });
    return type.replaceAll("\n", `\n${indent}`);
  }

  private jsonOf(schema: z.ZodType, io: Side): JsonSchema {
    const json: JsonSchema = z.toJSONSchema(schema, { io, metadata: this.schemas, unrepresentable: "any" });
    // A named schema's JSON Schema only refers to its definition, even at the root.
    const own = json.$ref === undefined ? undefined : json.$defs?.[json.$ref.slice(REF.length)];
    return own ? { ...own, $defs: json.$defs } : json;
  }
}
