import type { Db } from "../../../db/client";
import type { AuditRecord } from "../../../events/audit";
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

/** What each transaction of a sweep leaves in the audit record, with its counts. */
export const sweepRecord = (project_id: string): AuditRecord => ({
  action: "retention.sweep",
  outcome: "done",
  actor: { type: "system" },
  address: null,
  project_id,
  target: { type: "project", id: project_id },
});
