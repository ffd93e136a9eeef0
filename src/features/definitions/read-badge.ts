import { timingSafeEqual } from "node:crypto";
import { sql } from "drizzle-orm";
import { authorizeDefinition, type Caller } from "../../auth/scope";
import type { ReadDb } from "../../db/client";
import { AppError } from "../../lib/errors";
import { type BadgeStatus, badgeSvg } from "./badge-svg";

/** So many of its newest runs are looked through for one that completed or failed. */
const NEWEST = 200;

/** The badge of a definition for who may read its project. Throws NOT_FOUND or FORBIDDEN. */
export async function readBadge(caller: Caller, id: string): Promise<string> {
  const { definition_id } = await authorizeDefinition(caller, id, "project:read");
  const row = await readRow(caller.db, definition_id);
  return row ? drawn(row) : refuseUnknown();
}

/** The badge for whoever has the key of its address. Throws NOT_FOUND for a wrong one, as for a definition that is not there. */
export async function readPublicBadge(db: ReadDb, id: string, key: string): Promise<string> {
  const row = await readRow(db, id);
  return row && isSame(row.badge_key, key) ? drawn(row) : refuseUnknown();
}

interface Row extends Record<string, unknown> {
  name: string;
  status: string;
  is_disabled: boolean;
  badge_key: string | null;
  last: "completed" | "failed" | null;
}

async function readRow(db: ReadDb, id: string): Promise<Row | undefined> {
  const { rows } = await db.execute<Row>(sql`
    select d.name, d.status, d.disabled_at is not null as is_disabled, d.badge_key,
           (select r.status from (
              select status, created_at, id from workflow_runs where workflow_definition_id = d.id
              order by created_at desc, id desc limit ${sql.raw(String(NEWEST))}) r
            where r.status in ('completed', 'failed') order by r.created_at desc, r.id desc limit 1) as last
    from workflow_definitions d where d.id = ${id}`);
  return rows[0];
}

function drawn({ name, status, is_disabled, last }: Row): string {
  return badgeSvg(name, statusOf(status, is_disabled, last));
}

function statusOf(status: string, is_disabled: boolean, last: Row["last"]): BadgeStatus {
  if (is_disabled) return "disabled";
  if (status === "invalid") return "invalid";
  return last === null ? "no runs" : last === "completed" ? "passing" : "failing";
}

function isSame(key: string | null, given: string): boolean {
  if (key === null) return false;
  const [known, tried] = [Buffer.from(key), Buffer.from(given)];
  return known.length === tried.length && timingSafeEqual(known, tried);
}

function refuseUnknown(): never {
  throw new AppError("NOT_FOUND", "There is no such badge, or it is shown to readers of its project alone.");
}
