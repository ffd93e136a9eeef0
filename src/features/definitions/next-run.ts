import { sql } from "drizzle-orm";
import type { ReadDb } from "../../db/client";
import { nextFire } from "../../engine/definition/cron";
import type { CompiledSchedule } from "../../engine/definition/trigger-types";

/** When a schedule fires next, by the database's clock, which all processes share. Null if never. */
export async function nextRunAt(db: ReadDb, schedule: CompiledSchedule): Promise<string | null> {
  return nextRunAfter(await databaseNow(db), schedule);
}

export function nextRunAfter(now: Date, { cron, timezone }: CompiledSchedule): string | null {
  return nextFire(cron, timezone, now)?.toISOString() ?? null;
}

export async function databaseNow(db: ReadDb): Promise<Date> {
  const [row] = (
    await db.execute<{ ms: number }>(sql`select (extract(epoch from clock_timestamp()) * 1000)::float8 as ms`)
  ).rows;
  if (!row) throw new Error("the database told no time");
  return new Date(row.ms);
}
