import { type SQL, sql } from "drizzle-orm";
import type { Claim, StartedAttempt } from "../engine/ports";

/** What the newest transaction of a claim that is known to be committed has seen. */
export interface Facts {
  /** Of a run that was running then. */
  current_phase: string | null;
  /** Tells the project's secrets apart from what they were at other times. */
  secrets: string;
}

/** Steps that are recorded as started and of which no event tells yet. */
export interface Untold {
  started: StartedAttempt[];
  phaseBefore: string | null;
}

export interface Seen {
  /** Nothing is decided from them: they save a question, and what relies on them has the rows confirm it. */
  facts: Facts | null;
  untold: Untold[];
  /** Resolves once what is being told is. */
  telling: Promise<void>;
}

/** By claim. */
export class SeenByClaims {
  private readonly seen = new WeakMap<Claim, Seen>();

  of(claim: Claim): Seen {
    let own = this.seen.get(claim);
    if (!own) {
      own = { facts: null, untold: [], telling: Promise.resolve() };
      this.seen.set(claim, own);
    }
    return own;
  }
}

/** A text that changes with the project's secrets; every sealing has a nonce of its own. */
export function secretsVersion(project_id: string | SQL): SQL {
  return sql`(
    select coalesce(md5(string_agg(name || encode(substring(sealed from 1 for 28), 'hex'), ',' order by name)), '')
    from project_secrets where project_id = ${project_id})`;
}
