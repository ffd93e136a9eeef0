import type { AttemptRef, LogChunk } from "../ports";
import type { LogFileType } from "./log-files";

/** Where log bytes go while an attempt is live, and where its files are made. */
export interface LogSink {
  /** Waits while the store is away, until `signal` aborts; throws `ClaimLost` where the claim is void. */
  append(attempt: AttemptRef, chunks: LogChunk[], signal: AbortSignal): Promise<void>;
  /** Bytes of the log so far; an interrupted attempt's goes on behind them. */
  size(attempt: AttemptRef, type: LogFileType): Promise<number>;
  /** Every byte of a live log, in order. Waits while the store is away. */
  read(attempt: AttemptRef, type: LogFileType): AsyncIterable<Buffer>;
  /** Deletes the files that an interrupted attempt may have made: its log is live again. */
  unseal(attempt: AttemptRef): Promise<void>;
  /** Makes a file of the project, whole or not at all. */
  put(attempt: AttemptRef, key: string, content: Buffer | AsyncIterable<Buffer>): Promise<void>;
  /**
   * Has the files made, by and by, of a log that is rows for some time yet: the rows are the truth. False where that
   * saves nothing, and nothing was done.
   */
  show(attempt: AttemptRef, files: Record<LogFileType, Buffer>): boolean;
  /** Has what is to be shown made now. Resolves once it is, where it is little. */
  settle(): Promise<void>;
  /** The last lines, for who looks on. */
  progress(attempt: AttemptRef, output: string): void;
}
