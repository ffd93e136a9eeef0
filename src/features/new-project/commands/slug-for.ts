import { eq, like, or } from "drizzle-orm";
import type { Tx } from "../../../db/client";
import { projects } from "../../../db/schema/projects";
import { freeSlug, slugOf } from "../../../lib/slug";

/** A slug made from the name, with a number if another project has it. Call it under `lockFolders`. */
export async function slugFor(tx: Tx, name: string): Promise<string> {
  const wanted = slugOf(name) || "project";
  const rows = await tx
    .select({ slug: projects.slug })
    .from(projects)
    .where(or(eq(projects.slug, wanted), like(projects.slug, `${wanted}-%`)));
  return freeSlug(wanted, new Set(rows.map((row) => row.slug)));
}
