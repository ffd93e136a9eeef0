import type { Db, Tx } from "../db/client";
import { commit, type Unanswered } from "./emit";

/**
 * Runs `work` in a transaction together with its events, without a row in the audit record: for workers and the system,
 * whose writes are a run's progress and upkeep. No command of a person gets here, since its caller's database only reads.
 */
export function progress<T>(db: Db, work: (tx: Tx) => Promise<T | Unanswered<T>>): Promise<T> {
  return commit(db, null, work);
}
