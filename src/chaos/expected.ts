import type { RunStatus } from "../model/states";

/** The statuses in which a run may end, and its kind for messages. */
export interface Expected {
  kind: string;
  ends: RunStatus[];
}

/** A run as it ended. */
export interface Row extends Record<string, unknown> {
  id: string;
  status: RunStatus;
  error_message: string | null;
}
