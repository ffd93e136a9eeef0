import { sql } from "drizzle-orm";
import type { Db } from "../db/client";
import { heldBy } from "../db/room";
import { fileSize } from "../lib/file-size";
import { isFull, isLow, measure, type Room, serverRoom } from "../lib/room";
import { ballastBytes, ballastPath, ballastSize, releaseBallast } from "./ballast";
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

/** The file that is given up once the disk is full. */
export async function checkBallast(dataDir: string): Promise<Finding> {
  const [bytes, room] = [await ballastBytes(dataDir), await measure(dataDir)];
  if (bytes > 0)
    return ok("ballast", `${fileSize(bytes)} are kept for a full disk, at ${ballastPath(dataDir)}`);
  const needed = room ? ` once ${fileSize(room.mark + ballastSize(room))} are free` : "";
  return warn("ballast", `there is none; phaseboard start makes it${needed}`);
}

/** `phaseboard doctor --free`: gives the ballast up, for the way back from a full disk. */
export async function freeBallast(dataDir: string): Promise<Finding> {
  const bytes = await releaseBallast(dataDir);
  if (bytes === 0) return warn("ballast", "there was none to give up; make room on the disk by hand");
  return ok(
    "ballast",
    `${fileSize(bytes)} are free by it; make more room now, it is made again once there is enough`,
  );
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
