import { sql } from "drizzle-orm";
import type { ReadDb } from "../../db/client";
import { quotaOf, takenBy } from "../../db/room";
import { AppError } from "../../lib/errors";
import { fileSize } from "../../lib/file-size";
import { isLow, isServerLow, roomOf } from "../../lib/room";
import type { StorageOwner } from "../../storage/storage";

const NO_ROOM =
  "The server's disk is nearly full, so nothing is taken. Whoever runs the server can make room; then try again.";

export const noRoom = () => new AppError("INSUFFICIENT_STORAGE", NO_ROOM);

/** Throws INSUFFICIENT_STORAGE where a disk of the server is below its low-water mark. */
export async function requireServerRoom(): Promise<void> {
  if (await isServerLow()) throw noRoom();
}

/** As `requireServerRoom`, also of the disk of the project's folder; and throws where the project is over its quota. */
export async function requireRoom(db: ReadDb, { id, path }: StorageOwner): Promise<void> {
  await requireServerRoom();
  const room = await roomOf(path);
  if (room && isLow(room)) throw noRoom();
  const left = await leftOf(db, id);
  if (left && left.bytes <= 0) throw overQuota(left.quota);
}

/** The bytes that a project may take beside what it takes; null where it has no quota. One query. */
export async function leftOf(
  db: Pick<ReadDb, "execute">,
  project_id: string,
): Promise<{ bytes: number; quota: number } | null> {
  const [row] = (
    await db.execute<{ taken: number | null; quota: number | null }>(sql`
      select ${sql.raw(takenBy("p"))}::float8 as taken, ${sql.raw(quotaOf("p"))}::float8 as quota
      from projects p where p.id = ${project_id}`)
  ).rows;
  if (!row || row.quota === null) return null;
  return { bytes: row.quota - (row.taken ?? 0), quota: row.quota };
}

export const overQuota = (quota: number) =>
  new AppError("INSUFFICIENT_STORAGE", `${overQuotaText(quota)}, then try again.`);

/** Without its end, so that it can go on. */
export const overQuotaText = (quota: number) =>
  `The project takes all of the ${fileSize(quota)} that it may. Delete runs or artifacts of it, or ask an administrator for a larger quota`;
