import { eq, sql } from "drizzle-orm";
import type { Db } from "../db/client";
import { quotaOf, takenBy } from "../db/room";
import { projects } from "../db/schema/projects";
import { readInstallation } from "../features/installation/queries";
import { AppError } from "../lib/errors";
import { fileSize } from "../lib/file-size";
import { changeInstallation, changeProject, getProject } from "./change-setting";
import { withDatabase } from "./database";
import { say } from "./output";

const UNITS: Record<string, number> = { K: 2 ** 10, M: 2 ** 20, G: 2 ** 30, T: 2 ** 40 };

/** `phaseboard quota [PROJECT] [--set SIZE]`: what projects may take; without a project the installation's default. */
export async function runQuota(given: string | undefined, size: string | undefined): Promise<void> {
  await withDatabase(async (db) => {
    if (given === undefined) return ofAll(db, size);
    const project = await getProject(db, given);
    if (size !== undefined)
      await changeProject(db, project, "room.setQuota", { quota_bytes: parseQuota(size, true) });
    const { taken, quota } = await readRoom(db, project.id);
    say(`${project.name} takes ${fileSize(taken ?? 0)} and may take ${inWords(quota)}`);
  });
}

async function ofAll(db: Db, size: string | undefined): Promise<void> {
  const before = await readInstallation(db);
  if (size !== undefined) {
    await changeInstallation(db, before, { project_quota_bytes: parseQuota(size, false) });
  }
  const { project_quota_bytes } = await readInstallation(db);
  say(`A project without a quota of its own may take ${inWords(project_quota_bytes)}`);
}

/** What a project takes, and what it may take. */
async function readRoom(db: Db, id: string) {
  const [found] = await db
    .select({
      taken: sql<number | null>`${sql.raw(takenBy("projects"))}::float8`,
      quota: sql<number | null>`${sql.raw(quotaOf("projects"))}::float8`,
    })
    .from(projects)
    .where(eq(projects.id, id));
  if (!found) throw new AppError("NOT_FOUND", "The project has been deleted meanwhile.");
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
