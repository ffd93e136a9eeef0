import { eq, sql } from "drizzle-orm";
import type { Db } from "../db/client";
import { quotaOf, takenBy } from "../db/room";
import { installation } from "../db/schema/installation";
import { projects } from "../db/schema/projects";
import { changed } from "../events/audit";
import { audit } from "../events/emit";
import { readInstallation } from "../features/installation/queries";
import { AppError } from "../lib/errors";
import { fileSize } from "../lib/file-size";
import { byCommandLine } from "./by-command-line";
import { withDatabase } from "./database";
import { say } from "./output";

const UNITS: Record<string, number> = { K: 2 ** 10, M: 2 ** 20, G: 2 ** 30, T: 2 ** 40 };

/** `phaseboard quota [PROJECT] [--set SIZE]`: what projects may take; without a project the installation's default. */
export async function runQuota(given: string | undefined, size: string | undefined): Promise<void> {
  await withDatabase(async (db) => {
    if (given === undefined) return ofAll(db, size);
    const project = await findProject(db, given);
    if (size !== undefined) {
      const quota_bytes = parseQuota(size, true);
      await byCommandLine(db, "room.setQuota", async (tx) => {
        await tx.update(projects).set({ quota_bytes }).where(eq(projects.id, project.id));
        const { id, name } = project;
        audit(tx, {
          ...changed({ quota_bytes: project.quota_bytes }, { quota_bytes }),
          target: { type: "project", id, name },
          project: { id, name },
        });
      });
    }
    const { taken, quota } = await findProject(db, given);
    say(`${project.name} takes ${fileSize(taken ?? 0)} and may take ${inWords(quota)}`);
  });
}

async function ofAll(db: Db, size: string | undefined): Promise<void> {
  const before = await readInstallation(db);
  if (size !== undefined) {
    const after = { project_quota_bytes: parseQuota(size, false) };
    await byCommandLine(db, "installation.update", async (tx) => {
      const rows = await tx.update(installation).set(after).returning({ only: installation.only });
      if (rows.length === 0)
        throw new AppError("CONFLICT", "Nothing has worked with this database yet. Start Phaseboard once.");
      audit(tx, { ...changed({ ...before }, after), target: { type: "installation", id: null } });
    });
  }
  const { project_quota_bytes } = await readInstallation(db);
  say(`A project without a quota of its own may take ${inWords(project_quota_bytes)}`);
}

async function findProject(db: Db, given: string) {
  const [found] = await db
    .select({
      id: projects.id,
      name: projects.name,
      quota_bytes: projects.quota_bytes,
      taken: sql<number | null>`${sql.raw(takenBy("projects"))}::float8`,
      quota: sql<number | null>`${sql.raw(quotaOf("projects"))}::float8`,
    })
    .from(projects)
    .where(sql`${projects.id} = ${given} or ${projects.slug} = ${given}`)
    .orderBy(sql`${projects.id} = ${given} desc`)
    .limit(1);
  if (!found) throw new AppError("NOT_FOUND", `There is no project ${given}.`);
  return found;
}

/** `none` is 0 for a project, since null has it go by the default. */
function parseQuota(text: string, isOfProject: boolean): number | null {
  if (text === "none") return isOfProject ? 0 : null;
  if (text === "default" && isOfProject) return null;
  const [, amount, unit = ""] = /^(\d{1,6}(?:\.\d{1,3})?)([KMGT])$/.exec(text) ?? [];
  const bytes = Math.round(Number(amount) * (UNITS[unit] ?? Number.NaN));
  if (bytes > 0) return bytes;
  const others = isOfProject ? "none, or default" : "or none";
  throw new AppError("BAD_REQUEST", `--set must be a size such as 10G or 500M, ${others}; it is "${text}".`);
}

const inWords = (bytes: number | null) => (bytes === null ? "as much as there is" : fileSize(bytes));
