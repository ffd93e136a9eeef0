import { sql } from "drizzle-orm";
import type { Db, Tx } from "../../db/client";
import { nextFire } from "../../engine/definition/cron";
import type { CompiledSchedule } from "../../engine/definition/trigger-types";

/** When a schedule fires next, by the clock of the database, which all processes share. Null: never again. */
export async function nextRunAt(db: Db | Tx, { cron, timezone }: CompiledSchedule): Promise<string | null> {
  const [row] = await db.execute<{ ms: number }>(
    sql`select (extract(epoch from clock_timestamp()) * 1000)::float8 as ms`,
  );
  if (!row) throw new Error("the database told no time");
  return nextFire(cron, timezone, new Date(row.ms))?.toISOString() ?? null;
}
