import type { AttemptRef, LogChunk } from "../ports";
import type { LogType } from "../states";

/** Where log bytes go while an attempt is live. */
export interface LogSink {
  /** Waits while the store is away, until `signal` aborts; throws `ClaimLost` where the claim is void. */
  append(attempt: AttemptRef, chunks: LogChunk[], signal: AbortSignal): Promise<void>;
  /** Bytes of the log so far; an interrupted attempt's goes on behind them. */
  size(attempt: AttemptRef, type: LogType): Promise<number>;
  /** The last lines, for who looks on. */
  progress(attempt: AttemptRef, output: string): void;
}
