/** State of the live connection. `since` is in milliseconds since the epoch. */
export type LiveState =
  | { status: "connecting" }
  | { status: "live" }
  | { status: "reconnecting" }
  | { status: "offline"; since: number }
  /** The server refused: the person is signed out or no longer a member. There is no further attempt. */
  | { status: "refused" };

/** After this many milliseconds without a connection, "reconnecting…" becomes "offline since". */
export const OFFLINE_AFTER_MS = 3_000;
