import { eq, like, or, sql } from "drizzle-orm";
import type { Caller } from "../../../auth/scope";
import type { Tx } from "../../../db/client";
import { projectMembers, projects } from "../../../db/schema/projects";
import { createOnce } from "../../../events/create-once";
import { AppError } from "../../../lib/errors";
import { slugOf } from "../../../lib/slug";
import { checkChosenFolder, makeOwnFolder } from "../folders";
import type { CreateProjectInput, Project } from "../schema";

/** Makes a project that the caller owns, in a folder of its own or the one they chose. */
export async function createProject(caller: Caller, input: CreateProjectInput): Promise<Project> {
  const chosen = input.path === undefined ? null : await checkChosenFolder(input.path);
  return createOnce(caller, (commit) => commit((tx) => insertProject(tx, caller, input, chosen)));
}

async function insertProject(
  tx: Tx,
  { actor }: Caller,
  input: CreateProjectInput,
  chosen: string | null,
): Promise<Project> {
  const slug = await freeSlug(tx, input.name);
  if (chosen) await refuseTaken(tx, chosen);
  const path = chosen ?? (await makeOwnFolder(slug));
  const [project] = await tx.insert(projects).values({ name: input.name, slug, path }).returning();
  if (!project) throw new Error("the project's row did not come back");
  await tx.insert(projectMembers).values({ project_id: project.id, user_id: actor.user_id, role: "owner" });
  const { event_seq: _, ...row } = project;
  return { ...row, role: "owner" };
}

/** The name's slug, with a number where another project has it. Rivals wait for each other. */
async function freeSlug(tx: Tx, name: string): Promise<string> {
  await tx.execute(sql`select pg_advisory_xact_lock(hashtext('phaseboard project slug'))`);
  const wanted = slugOf(name) || "project";
  const rows = await tx
    .select({ slug: projects.slug })
    .from(projects)
    .where(or(eq(projects.slug, wanted), like(projects.slug, `${wanted}-%`)));
  const taken = new Set(rows.map((row) => row.slug));
  let slug = wanted;
  for (let number = 2; taken.has(slug); number++) slug = `${wanted}-${number}`;
  return slug;
}

async function refuseTaken(tx: Tx, path: string): Promise<void> {
  const [other] = await tx.select({ name: projects.name }).from(projects).where(eq(projects.path, path));
  if (other) {
    throw new AppError("CONFLICT", "Another project uses this folder already.", [
      { path: "path", message: "is another project's folder" },
    ]);
  }
}
