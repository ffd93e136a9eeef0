import type { Db, Tx } from "../../../db/client";
import { recordIn } from "../../../events/emit";
import type { StorageOwner } from "../../../storage/storage";
import type { Pace } from "./pace";

/** One sweep of a project. */
export interface Sweep {
  db: Db;
  project: StorageOwner;
  pace: Pace;
}

/** A run's place in the order of creation, with its time as Postgres writes it. */
export interface Place extends Record<string, unknown> {
  id: string;
  created_at: string;
}

export const START: Place = { id: "", created_at: "-infinity" };

/** Leaves the row of a sweep's transaction in the audit record, with its counts; none where nothing was removed. */
export function recordSweep(tx: Tx, project_id: string, counts: Record<string, number>): void {
  if (Object.values(counts).every((count) => count === 0)) return;
  recordIn(tx, {
    action: "retention.sweep",
    outcome: "done",
    actor: { type: "system" },
    address: null,
    project_id,
    target: { type: "project", id: project_id },
    after: counts,
  });
}
