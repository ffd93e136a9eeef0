import { eq, sql } from "drizzle-orm";
import type { Db } from "../db/client";
import { installation } from "../db/schema/installation";
import { projects } from "../db/schema/projects";
import { type AuditAction, changed } from "../events/audit";
import { audit } from "../events/emit";
import { AppError } from "../lib/errors";
import { byCommandLine } from "./by-command-line";

type ProjectRow = typeof projects.$inferSelect;
type InstallationRow = typeof installation.$inferSelect;

/** The project with this id or slug, an id first. Throws NOT_FOUND. */
export async function getProject(db: Db, given: string): Promise<ProjectRow> {
  const [found] = await db
    .select()
    .from(projects)
    .where(sql`${projects.id} = ${given} or ${projects.slug} = ${given}`)
    .orderBy(sql`${projects.id} = ${given} desc`)
    .limit(1);
  if (!found) throw new AppError("NOT_FOUND", `There is no project ${given}.`);
  return found;
}

/** Changes a project's row, with its row in the audit record. */
export function changeProject(db: Db, project: ProjectRow, action: AuditAction, after: Partial<ProjectRow>) {
  const { id, name } = project;
  return byCommandLine(db, action, async (tx) => {
    await tx.update(projects).set(after).where(eq(projects.id, id));
    audit(tx, { ...changed(project, after), target: { type: "project", id, name }, project: { id, name } });
  });
}

/** Changes what holds where a project says nothing, with its row in the audit record. */
export function changeInstallation(
  db: Db,
  before: Partial<InstallationRow>,
  after: Partial<InstallationRow>,
): Promise<void> {
  return byCommandLine(db, "installation.update", async (tx) => {
    const rows = await tx.update(installation).set(after).returning({ only: installation.only });
    if (rows.length === 0)
      throw new AppError("CONFLICT", "Nothing has worked with this database yet. Start Phaseboard once.");
    audit(tx, { ...changed(before, after), target: { type: "installation", id: null } });
  });
}
