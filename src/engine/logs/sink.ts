import type { LogType } from "../../model/states";
import type { AttemptRef, LogChunk } from "../run/ports";

/** Where log bytes go while an attempt is live. */
export interface LogSink {
  /** Waits while the store is away, until `signal` aborts; throws `ClaimLost` where the claim is void. */
  append(attempt: AttemptRef, chunks: LogChunk[], signal: AbortSignal): Promise<void>;
  /** Bytes of the log so far; an interrupted attempt goes on after them. */
  size(attempt: AttemptRef, type: LogType): Promise<number>;
  /** Those bytes, in pieces. */
  read(attempt: AttemptRef, type: LogType): AsyncIterable<Buffer>;
  /** Shows the last lines to people who watch the run. */
  progress(attempt: AttemptRef, output: string): void;
}
