import { asc, sql } from "drizzle-orm";
import { authorizeAdministrator, authorizeProject, type Caller } from "../../auth/scope";
import { textBytes } from "../../db/bounded";
import type { ReadDb } from "../../db/client";
import { isOneOf, readPage } from "../../db/read-page";
import { allLow, heldBy, quotaOf, takenBy } from "../../db/room";
import { projectRoom, projects } from "../../db/schema/projects";
import type { Page, PageInput } from "../../lib/page";
import { isFull, isLow, serverRoom } from "../../lib/room";
import type { ProjectRoom, ProjectRoomItem, Room } from "./schema";

/** Estimated bytes of a project in JSON, apart from its name. */
const REST_BYTES = 400;

/** How much room the server has; numbers for administrators alone. One query. */
export async function readRoom({ db, actor }: Caller): Promise<Room> {
  const [room, { rows }] = await Promise.all([
    serverRoom(),
    db.execute<{ low: boolean }>(sql`select ${sql.raw(allLow)} as low`),
  ]);
  const status = room && isFull(room) ? "full" : (room && isLow(room)) || rows[0]?.low ? "low" : "ok";
  const { free = 0, total = 0, mark = 0 } = room ?? {};
  const disk = { free_bytes: free, total_bytes: total, low_water_bytes: Math.round(mark) };
  return { status, disk: room && actor.is_admin ? disk : null };
}

const TAKEN = {
  artifacts_bytes: sql<number>`coalesce(${projectRoom.artifacts_bytes}, 0)::float8`,
  logs_bytes: sql<number>`coalesce(${projectRoom.logs_bytes}, 0)::float8`,
  workspaces_bytes: sql<number>`coalesce(${projectRoom.workspaces_bytes}, 0)::float8`,
  taken_bytes: sql<number>`coalesce(${sql.raw(takenBy("projects"))}, 0)::float8`,
  counted_at: projectRoom.counted_at,
  own_quota_bytes: projects.quota_bytes,
  quota_bytes: sql<number | null>`${sql.raw(quotaOf("projects"))}::float8`,
};

const roomRows = (db: ReadDb) =>
  db
    .select({
      id: projects.id,
      name: projects.name,
      ...TAKEN,
      held_by: sql<ProjectRoom["held_by"]>`${sql.raw(heldBy("projects"))}`,
    })
    .from(projects)
    .leftJoin(projectRoom, sql`${projectRoom.project_id} = ${projects.id}`);

/** What a project takes and may take. Two queries. */
export async function readProjectRoom(caller: Caller, project_id: string): Promise<ProjectRoom> {
  await authorizeProject(caller, project_id, "project:read");
  const [found] = await roomRows(caller.db).where(sql`${projects.id} = ${project_id}`);
  if (!found) throw new Error("the project's row is gone");
  const { id: _, name: __, ...room } = found;
  return room;
}

/** A page of all projects with what they take, by name; for administrators. Two queries. */
export async function listProjectRooms(caller: Caller, page: PageInput): Promise<Page<ProjectRoomItem>> {
  authorizeAdministrator(caller);
  const { ids, next_cursor } = await readPage(
    caller.db,
    {
      from: sql`${projects}`,
      where: undefined,
      id: projects.id,
      keys: [{ value: sql`lower(${projects.name})`, kind: "text" }],
      bytes: sql`${textBytes(projects.name)} + ${sql.raw(String(REST_BYTES))}`,
    },
    page,
  );
  const items = await roomRows(caller.db)
    .where(isOneOf(projects.id, ids))
    .orderBy(asc(sql`lower(${projects.name})`), asc(projects.id));
  return { items: items.map(({ held_by: _, ...item }) => item), next_cursor };
}
