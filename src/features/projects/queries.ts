import { asc, eq, sql } from "drizzle-orm";
import { type Caller, membership, noMember, type ProjectScope, roleOf } from "../../auth/scope";
import { textBytes } from "../../db/bounded";
import type { ReadDb } from "../../db/client";
import { isOneOf, readPage } from "../../db/read-page";
import { projects } from "../../db/schema/projects";
import { projectRoles } from "../../db/schema/roles";
import { AppError } from "../../lib/errors";
import type { Page, PageInput } from "../../lib/page";
import type { RunStatus } from "../../model/states";
import { type Project, type ProjectListItem, RECENT_RUNS } from "./schema";

/** Estimated bytes of a project in JSON, apart from name and folder. */
const REST_BYTES = 400;

const COLUMNS = {
  id: projects.id,
  name: projects.name,
  slug: projects.slug,
  path: projects.path,
  made_by_us: projects.made_by_us,
  max_concurrent_runs: projects.max_concurrent_runs,
  workspace: projects.workspace,
  shared_at_once: projects.shared_at_once,
  workspace_hours: projects.workspace_hours,
  log_bytes: projects.log_bytes,
  archive_days: projects.archive_days,
  retention: projects.retention,
  git_secret: projects.git_secret,
  git_user: projects.git_user,
  git_api_url: projects.git_api_url,
  created_at: projects.created_at,
  updated_at: projects.updated_at,
};

const ofCaller = ({ actor }: Caller) => membership(actor, projects.id);

/** A page of the caller's projects by name, each with its number of active runs. Two queries. */
export async function listProjects(caller: Caller, page: PageInput): Promise<Page<ProjectListItem>> {
  const { ids, next_cursor } = await readPage(
    caller.db,
    {
      from: sql`${projects} join ${projectRoles} on ${ofCaller(caller)}`,
      where: undefined,
      id: projects.id,
      keys: [{ value: sql`lower(${projects.name})`, kind: "text" }],
      bytes: sql`${textBytes(projects.name)} + ${textBytes(projects.path)} + ${sql.raw(String(REST_BYTES))}`,
    },
    page,
  );
  const items = await caller.db
    .select({
      ...COLUMNS,
      role: projectRoles.role,
      active_runs: sql<number>`(
        select count(*)::int from workflow_runs r where r.project_id = ${projects.id} and r.status in ('pending', 'running', 'paused'))`,
      recent_runs: sql<RunStatus[]>`array(
        select r.status from workflow_runs r where r.project_id = ${projects.id}
        order by r.created_at desc, r.id desc limit ${RECENT_RUNS})`,
      starred: sql<boolean>`exists (
        select from project_stars s where s.project_id = ${projects.id} and s.user_id = ${caller.actor.user_id})`,
      last_run_at: sql<string | null>`(
        select max(r.created_at) from workflow_runs r where r.project_id = ${projects.id})`.mapWith(
        projects.created_at,
      ),
    })
    .from(projects)
    .innerJoin(projectRoles, ofCaller(caller))
    .where(isOneOf(projects.id, ids))
    .orderBy(asc(sql`lower(${projects.name})`), asc(projects.id));
  return { items: items.map((item) => ({ ...item, role: roleOf(caller.actor, item.role) })), next_cursor };
}

async function getProjectWhere(caller: Caller, place: ReturnType<typeof eq>): Promise<Project> {
  const [found] = await caller.db
    .select({ ...COLUMNS, role: projectRoles.role })
    .from(projects)
    .leftJoin(projectRoles, ofCaller(caller))
    .where(place);
  if (!found) throw new AppError("NOT_FOUND", "There is no such project.");
  const { role, ...project } = found;
  if (!role) throw noMember(caller.actor);
  return { ...project, role: roleOf(caller.actor, role) };
}

/** Throws NOT_FOUND, or FORBIDDEN if the caller is no member. */
export function getProject(caller: Caller, { id }: { id: string }): Promise<Project> {
  return getProjectWhere(caller, eq(projects.id, id));
}

/** As `getProject`, by the name in the address. */
export function getProjectBySlug(caller: Caller, { slug }: { slug: string }): Promise<Project> {
  return getProjectWhere(caller, eq(projects.slug, slug));
}

/** The project's absolute folder. */
export async function getProjectPath(db: ReadDb, scope: ProjectScope): Promise<string> {
  return (await getProjectFolder(db, scope)).path;
}

/** The project's absolute folder, and the number of the user of its processes. */
export async function getProjectFolder(
  db: ReadDb,
  scope: ProjectScope,
): Promise<{ path: string; user_number: number }> {
  const [project] = await db
    .select({ path: projects.path, user_number: projects.user_number })
    .from(projects)
    .where(eq(projects.id, scope.project_id));
  if (!project) throw new AppError("NOT_FOUND", "There is no such project.");
  return project;
}
