import { sql } from "drizzle-orm";
import type { Db } from "../../db/client";
import { isLow, isServerLow, roomOf } from "../../lib/room";
import { folderOf } from "../../lib/stored-folder";

/**
 * Notes in the rows which disks are below their low-water mark: that of this worker's data folder, and those of
 * projects' folders elsewhere. Gives whether this worker's own is. Writes only what has changed.
 */
export async function noteRoom(db: Db, worker_id: string, dataDir: string): Promise<boolean> {
  const isOwnLow = await isServerLow(dataDir);
  await db.execute(sql`
    update workers set no_room_since = case when ${isOwnLow} then now() end
    where id = ${worker_id} and (no_room_since is not null) <> ${isOwnLow}`);
  // Those in the data folder are on its disk.
  const { rows } = await db.execute<{ id: string; path: string; held: boolean }>(sql`
    select p.id, p.path, m.no_room_since is not null as held
    from projects p left join project_room m on m.project_id = p.id
    where starts_with(p.path, '/') or m.no_room_since is not null`);
  for (const { id, path, held } of rows) {
    const room = path.startsWith("/") ? await roomOf(folderOf(path)) : null;
    const low = room !== null && isLow(room);
    if (low !== held) await hold(db, id, low);
  }
  return isOwnLow;
}

/** The project may have been deleted meanwhile. */
async function hold(db: Db, project_id: string, low: boolean): Promise<void> {
  await db.execute(sql`
    insert into project_room (project_id, no_room_since)
    select id, case when ${low} then now() end from projects where id = ${project_id}
    on conflict (project_id) do update set no_room_since = excluded.no_room_since`);
}
