/*
 * The hand-written types of `@phaseboard/client`. `npm run pack:client` copies this file into the package, so
 * it imports nothing.
 */

export interface ClientOptions {
  /** The server's address, for example `http://127.0.0.1:3000`. */
  url: string | URL;
  /**
   * A token `pb_…`, or a function called before each request that returns one. Absent: the browser's session.
   */
  token?: string | (() => string | Promise<string>);
  /** Used instead of the platform's fetch. */
  fetch?: typeof fetch;
}

export interface CallOptions {
  /** Aborts the call, which then rejects with the signal's reason. */
  signal?: AbortSignal;
}

export interface MutationOptions extends CallOptions {
  /**
   * For a create: within 24 hours the same key returns the first result instead of creating something again.
   */
  idempotencyKey?: string;
}

export interface Query<Input, Output> {
  query(input: Input, options?: CallOptions): Promise<Output>;
}

export interface Mutation<Input, Output> {
  mutate(input: Input, options?: MutationOptions): Promise<Output>;
}

export interface Subscription<Input, Output> {
  /** Follows until the stream ends, `unsubscribe` is called or `signal` aborts; reconnects after a lost connection. */
  subscribe(input: Input, handlers: SubscriptionHandlers<Output>): Unsubscribable;
}

export interface SubscriptionHandlers<Output> {
  onData?(data: Output): void;
  /** The subscription ended with an error: the token was revoked, the project is gone, or the input is invalid. */
  onError?(error: PhaseboardError): void;
  /** The subscription ended because nothing more can come, for example after the log of a finished step. */
  onComplete?(): void;
  /** `connecting` at first and after a lost connection, with the error; `open` while connected. */
  onConnection?(connection: { state: "connecting" | "open"; error: PhaseboardError | null }): void;
  signal?: AbortSignal;
}

export interface Unsubscribable {
  unsubscribe(): void;
}

/** Bytes done so far; `total` is null if it is unknown. */
export interface Progress {
  loaded: number;
  total: number | null;
}

export interface UploadOptions extends MutationOptions {
  run_id: string;
  /** The step's id in its definition, or the id of its row. */
  step_id: string;
  /** What to upload. A stream is read once; in browsers it is read completely before it is sent. */
  file: Blob | ArrayBuffer | Uint8Array | ReadableStream<Uint8Array> | AsyncIterable<Uint8Array>;
  /** Size of a stream in bytes, if known: lets the server refuse a file that is too large at once. */
  size?: number;
  /** File name shown to others. Absent: the name of a `File`, else `file`. */
  name?: string;
  /** Absent: derived from name and content. */
  file_type?: "image" | "video" | "document" | "code" | "other";
  /** A comment of the same run, to which the artifact is attached. */
  comment_id?: string;
  onProgress?(progress: Progress): void;
}

export interface DownloadOptions extends CallOptions {
  /** Bytes from `start` to `end`, both included; without `end` to the last. */
  range?: { start: number; end?: number };
  onProgress?(progress: Progress): void;
}

/** A download that has begun. Its content can be read once, by one of `stream`, `bytes` and `text`. */
export interface Download {
  name: string;
  mime_type: string;
  /** Size of the whole artifact, even for a range; null if a proxy hides it. */
  size_bytes: number | null;
  stream: ReadableStream<Uint8Array>;
  bytes(): Promise<Uint8Array>;
  /** The content decoded as UTF-8. */
  text(): Promise<string>;
}

export interface FieldFault {
  /** Path of the faulty field, for example `args.channel`. */
  path: string;
  message: string;
  /** Place in a source, counted from 1, and what is expected there. */
  line?: number;
  column?: number;
  expected?: string | null;
}

/** `NETWORK`: no answer came, or it broke off. `BAD_ANSWER`: the answer was not from Phaseboard. */
export type PhaseboardErrorCode =
  | "BAD_REQUEST"
  | "UNAUTHORIZED"
  | "FORBIDDEN"
  | "NOT_FOUND"
  | "METHOD_NOT_ALLOWED"
  | "CONFLICT"
  | "PAYLOAD_TOO_LARGE"
  | "TOO_MANY_REQUESTS"
  | "INTERNAL_SERVER_ERROR"
  | "SERVICE_UNAVAILABLE"
  | "INSUFFICIENT_STORAGE"
  | "BAD_ANSWER"
  | "NETWORK";

export interface PhaseboardErrorFields {
  code: PhaseboardErrorCode;
  status: number;
  message: string;
  details?: FieldFault[];
  path?: string;
  cause?: unknown;
}

/** Any failure of a call, subscription, upload or download. */
export declare class PhaseboardError extends Error {
  readonly name: "PhaseboardError";
  readonly code: PhaseboardErrorCode;
  /** HTTP status; 0 if there was no answer. */
  readonly status: number;
  /** The faulty fields, if the server named them. */
  readonly details: FieldFault[];
  /** What was called, for example `runs.create` or `/api/artifacts/…`. */
  readonly path: string;
  constructor(fields: PhaseboardErrorFields);
}
