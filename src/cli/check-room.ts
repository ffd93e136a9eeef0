import { sql } from "drizzle-orm";
import type { Db } from "../db/client";
import { heldBy } from "../db/room";
import { fileSize } from "../lib/file-size";
import { isFull, isLow, type Room, serverRoom } from "../lib/room";
import { type Finding, fail, ok, warn } from "./finding";

/** Projects that are named; there may be thousands. */
const NAMED = 3;

/** What is free on the server's lowest disk, and what to do where that is too little. */
export async function checkDisk(dataDir: string): Promise<Finding> {
  const room = await serverRoom(dataDir);
  if (!room) return warn("disk", `nobody can tell what is free at ${dataDir}`);
  const free = `${fileSize(room.free)} of ${fileSize(room.total)} free`;
  if (isFull(room))
    return fail("disk", `${free}: it is full, and the database may fail to write; ${mend(room)}`);
  if (isLow(room)) return warn("disk", `${free}: no run starts and nothing can be uploaded; ${mend(room)}`);
  return ok("disk", `${free}, ${fileSize(room.mark)} have to be`);
}

const mend = ({ mark }: Room) =>
  `make room until ${fileSize(mark)} are free, or set PHASEBOARD_LOW_WATER; what waits begins by itself then`;

/** Names projects none of whose runs may start. */
export async function checkQuotas(db: Db): Promise<Finding> {
  const { rows } = await db.execute<{ slug: string; held: "disk" | "quota" }>(sql`
    select p.slug, ${sql.raw(heldBy("p"))} as held from projects p
    where ${sql.raw(heldBy("p"))} is not null order by p.slug`);
  if (rows.length === 0)
    return ok("quotas", "no project is over its quota, nor on a disk that is nearly full");
  const named = rows.slice(0, NAMED).map(({ slug, held }) => `${slug} (${held})`);
  return warn(
    "quotas",
    `runs of ${rows.length} ${rows.length === 1 ? "project" : "projects"} do not start: ${named.join(", ")}${rows.length > NAMED ? ", …" : ""}; delete runs there, give more under Administration, Storage, or make room on the disk`,
  );
}
