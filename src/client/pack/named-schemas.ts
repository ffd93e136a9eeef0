import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { packageRoot } from "../../lib/package-root";

type Meta = z.core.GlobalMeta & { id?: string };

/** Schemas that a feature exports by name, beside what they say of themselves. */
export class NamedSchemas extends z.core.$ZodRegistry<Meta> {
  private readonly byName = new Map<string, z.ZodType>();
  private readonly names = new Map<z.core.$ZodType, string>();

  /** Keeps the first of two names, and the first schema of two of the same name: the other is written out. */
  name(name: string, schema: z.ZodType): void {
    if (this.byName.has(name) || this.names.has(schema)) return;
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
    const id = this.names.get(schema);
    const own = z.globalRegistry.get(schema as z.ZodType);
    return id || own ? { ...own, ...(id ? { id } : {}) } : undefined;
  }

  override has(schema: z.core.$ZodType): boolean {
    return this.get(schema) !== undefined;
  }
}

/** A name says nothing more of a text or a number than its type does. */
function isOfNote(value: unknown): value is z.ZodType {
  return [z.ZodObject, z.ZodEnum, z.ZodRecord, z.ZodUnion].some((kind) => value instanceof kind);
}

/** All schemas that `features/<noun>/schema.ts` export. */
export async function readNamedSchemas(): Promise<NamedSchemas> {
  const schemas = new NamedSchemas();
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
