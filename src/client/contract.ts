/*
 * The types that `@phaseboard/client` gives beside those of the procedures. `npm run pack:client` writes this
 * file as it stands into the package, so it imports nothing.
 */

export interface ClientOptions {
  /** Where Phaseboard serves, for example `http://127.0.0.1:3000`. */
  url: string | URL;
  /** `pb_…`, or a function that gives it, asked before each request. Absent: the browser's session. */
  token?: string | (() => string | Promise<string>);
  /** Instead of the platform's own. */
  fetch?: typeof fetch;
}

export interface CallOptions {
  /** Ends the call with the signal's reason. */
  signal?: AbortSignal;
}

export interface MutationOptions extends CallOptions {
  /** On a create: the same key within 24 hours gives the first result again instead of a second thing. */
  idempotencyKey?: string;
}

export interface Query<Input, Output> {
  query(input: Input, options?: CallOptions): Promise<Output>;
}

export interface Mutation<Input, Output> {
  mutate(input: Input, options?: MutationOptions): Promise<Output>;
}

export interface Subscription<Input, Output> {
  /** Follows until it is over, `unsubscribe` is called or `signal` aborts; a lost connection is made again. */
  subscribe(input: Input, handlers: SubscriptionHandlers<Output>): Unsubscribable;
}

export interface SubscriptionHandlers<Output> {
  onData?(data: Output): void;
  /** The subscription is over: the token was revoked, the project is gone, the input is not valid. */
  onError?(error: PhaseboardError): void;
  /** The subscription is over because nothing more can come, as with the log of a step that has ended. */
  onComplete?(): void;
  /** `connecting` at first and whenever the connection is lost, with what it was lost for; `open` once it holds. */
  onConnection?(connection: { state: "connecting" | "open"; error: PhaseboardError | null }): void;
  signal?: AbortSignal;
}

export interface Unsubscribable {
  unsubscribe(): void;
}

/** Bytes done so far; `total` is null where nobody knows it beforehand. */
export interface Progress {
  loaded: number;
  total: number | null;
}

export interface UploadOptions extends MutationOptions {
  run_id: string;
  /** The step's id in its definition, or its row's. */
  step_id: string;
  /** A stream is read once, and in a browser as a whole before it is sent. */
  file: Blob | ArrayBuffer | Uint8Array | ReadableStream<Uint8Array> | AsyncIterable<Uint8Array>;
  /** Bytes of a stream, where they are known: the server can then refuse too much at once. */
  size?: number;
  /** What others see. Absent: the name of a `File`, else `file`. */
  name?: string;
  /** Absent: derived from name and content. */
  file_type?: "image" | "video" | "document" | "code" | "other";
  /** A comment of the same run, to attach it to. */
  comment_id?: string;
  onProgress?(progress: Progress): void;
}

export interface DownloadOptions extends CallOptions {
  /** Bytes from `start` to `end`, both included; without `end` to the last. */
  range?: { start: number; end?: number };
  onProgress?(progress: Progress): void;
}

/** A download that has begun. `stream`, `bytes` and `text` each read it, so one of them can be used, once. */
export interface Download {
  name: string;
  mime_type: string;
  /** Of the whole artifact, also where a range was asked for; null where something between hides it. */
  size_bytes: number | null;
  stream: ReadableStream<Uint8Array>;
  bytes(): Promise<Uint8Array>;
  /** As UTF-8. */
  text(): Promise<string>;
}

export interface FieldFault {
  /** As in `args.channel`. */
  path: string;
  message: string;
  /** Where in a source it is, from 1, and what may stand there. */
  line?: number;
  column?: number;
  expected?: string | null;
}

/** `NETWORK`: no answer came, or it broke off. `BAD_ANSWER`: what answered does not speak as Phaseboard does. */
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

/** Whatever goes wrong between here and the server, in calls, subscriptions, uploads and downloads. */
export declare class PhaseboardError extends Error {
  readonly name: "PhaseboardError";
  readonly code: PhaseboardErrorCode;
  /** Of the answer; 0 where none came. */
  readonly status: number;
  /** What is wrong at which field, where the server says so. */
  readonly details: FieldFault[];
  /** What was asked for, as in `runs.create` or `/api/artifacts/…`. */
  readonly path: string;
  constructor(fields: PhaseboardErrorFields);
}
