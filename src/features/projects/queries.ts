import { and, asc, eq, sql } from "drizzle-orm";
import type { Caller, ProjectScope } from "../../auth/scope";
import type { Db, Tx } from "../../db/client";
import { projectMembers, projects } from "../../db/schema/projects";
import { AppError } from "../../lib/errors";
import type { Project, ProjectListItem } from "./schema";

const COLUMNS = {
  id: projects.id,
  name: projects.name,
  slug: projects.slug,
  path: projects.path,
  made_by_us: projects.made_by_us,
  max_concurrent_runs: projects.max_concurrent_runs,
  created_at: projects.created_at,
  updated_at: projects.updated_at,
};

const ofCaller = ({ actor }: Caller) =>
  and(eq(projectMembers.project_id, projects.id), eq(projectMembers.user_id, actor.user_id));

/** The projects that the caller is a member of, by name, with the number of runs under way in each. */
export async function listProjects(caller: Caller): Promise<{ items: ProjectListItem[]; next_cursor: null }> {
  const items = await caller.db
    .select({
      ...COLUMNS,
      role: projectMembers.role,
      active_runs: sql<number>`(
        select count(*)::int from workflow_runs r where r.project_id = ${projects.id} and r.status in ('pending', 'running', 'paused'))`,
    })
    .from(projects)
    .innerJoin(projectMembers, ofCaller(caller))
    .orderBy(asc(sql`lower(${projects.name})`), asc(projects.id));
  return { items, next_cursor: null };
}

async function getProjectWhere(caller: Caller, place: ReturnType<typeof eq>): Promise<Project> {
  const [found] = await caller.db
    .select({ ...COLUMNS, role: projectMembers.role })
    .from(projects)
    .leftJoin(projectMembers, ofCaller(caller))
    .where(place);
  if (!found) throw new AppError("NOT_FOUND", "There is no such project.");
  const { role, ...project } = found;
  if (!role) {
    throw new AppError("FORBIDDEN", "You are not a member of this project. One of its owners can add you.");
  }
  return { ...project, role };
}

/** Throws NOT_FOUND, or FORBIDDEN to who is no member. */
export function getProject(caller: Caller, { id }: { id: string }): Promise<Project> {
  return getProjectWhere(caller, eq(projects.id, id));
}

/** As `getProject`, by the name in the address. */
export function getProjectBySlug(caller: Caller, { slug }: { slug: string }): Promise<Project> {
  return getProjectWhere(caller, eq(projects.slug, slug));
}

/** The project's absolute folder. */
export async function getProjectPath(db: Db | Tx, scope: ProjectScope): Promise<string> {
  const [project] = await db
    .select({ path: projects.path })
    .from(projects)
    .where(eq(projects.id, scope.project_id));
  if (!project) throw new AppError("NOT_FOUND", "There is no such project.");
  return project.path;
}
