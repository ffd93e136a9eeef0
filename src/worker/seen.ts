import { type SQL, sql } from "drizzle-orm";
import type { Claim } from "../engine/ports";

/** What the newest transaction of a claim that is known to be committed has seen. */
export interface Seen {
  /** Of a run that was running then. */
  current_phase: string | null;
  /** Tells the project's secrets apart from what they were at other times. */
  secrets: string;
  /** The run's `write_floor`. */
  floor: number;
}

/** By claim. Nothing is decided from it: it saves a question, and what relies on it has the rows confirm it. */
export type SeenByClaims = WeakMap<Claim, Seen>;

/** A text that changes with the project's secrets; every sealing has a nonce of its own. */
export function secretsVersion(project_id: string | SQL): SQL {
  return sql`(
    select coalesce(md5(string_agg(name || encode(substring(sealed from 1 for 28), 'hex'), ',' order by name)), '')
    from project_secrets where project_id = ${project_id})`;
}
