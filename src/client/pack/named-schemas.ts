import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { packageRoot } from "../../lib/package-root";

type Meta = z.core.GlobalMeta & { id?: string };

/** Registry of the schemas that features export, with their names and metadata. */
export class NamedSchemas extends z.core.$ZodRegistry<Meta> {
  private readonly byName = new Map<string, z.ZodType>();
  private readonly names = new Map<z.core.$ZodType, string>();

  /** `reserved` are the names of the package's own types. */
  constructor(private readonly reserved: ReadonlySet<string>) {
    super();
  }

  /** Names a schema: the first name of one wins, and the first of a name. Other types are written inline. */
  name(name: string, schema: z.ZodType): void {
    if (this.reserved.has(name) || this.byName.has(name) || this.names.has(schema)) return;
    this.byName.set(name, schema);
    this.names.set(schema, name);
  }

  nameOf(schema: z.ZodType): string | undefined {
    return this.names.get(schema);
  }

  schemaOf(name: string): z.ZodType {
    const schema = this.byName.get(name);
    if (!schema) throw new Error(`no schema is named ${name}`);
    return schema;
  }

  override get(schema: z.core.$ZodType): Meta | undefined {
    const name = this.names.get(schema);
    const { id: _, ...own } = z.globalRegistry.get(schema as z.ZodType) ?? {};
    return name ? { ...own, id: name } : own;
  }
}

/** Only these kinds get a named type; a name for a plain text or number would say nothing more. */
function isOfNote(value: unknown): value is z.ZodType {
  return [z.ZodObject, z.ZodEnum, z.ZodRecord, z.ZodUnion].some((kind) => value instanceof kind);
}

/** Reads all schemas exported by `features/<noun>/schema.ts`. */
export async function readNamedSchemas(reserved: ReadonlySet<string>): Promise<NamedSchemas> {
  const schemas = new NamedSchemas(reserved);
  const features = join(packageRoot(), "src", "features");
  for (const noun of readdirSync(features).sort()) {
    if (!existsSync(join(features, noun, "schema.ts"))) continue;
    const exported = (await import(`../../features/${noun}/schema.ts`)) as Record<string, unknown>;
    for (const [name, value] of Object.entries(exported)) {
      if (isOfNote(value)) schemas.name(name, value);
    }
  }
  return schemas;
}
