/** How live the page is. `since` is in milliseconds since the epoch. */
export type LiveState =
  | { status: "connecting" }
  | { status: "live" }
  | { status: "reconnecting" }
  | { status: "offline"; since: number }
  /** The server says no: signed out, or no member any more. No further try is made. */
  | { status: "refused" };

/** After this many milliseconds without a connection, "reconnecting…" becomes "offline since". */
export const OFFLINE_AFTER_MS = 8_000;
