/**
 * The only error that commands and queries throw on purpose. Its message tells people what is wrong and what to do
 * next. Messages of other errors are never shown.
 */
export type ErrorCode =
  | "BAD_REQUEST"
  | "UNAUTHORIZED"
  | "FORBIDDEN"
  | "NOT_FOUND"
  | "METHOD_NOT_ALLOWED"
  | "CONFLICT"
  | "PAYLOAD_TOO_LARGE"
  | "TOO_MANY_REQUESTS"
  | "INSUFFICIENT_STORAGE";

/** One fault of an input; `path` such as `args.channel`, and what is expected there. */
export interface FieldFault {
  path: string;
  message: string;
  /** The place in a source, counted from 1. */
  line?: number;
  column?: number;
  expected?: string | null;
}

export class AppError extends Error {
  override readonly name = "AppError";
  constructor(
    readonly code: ErrorCode,
    message: string,
    readonly details?: FieldFault[],
    /** Whole seconds to wait before another try, sent as `Retry-After`. */
    readonly retry_after?: number,
  ) {
    super(message);
  }
}

/** A BAD_REQUEST with these faults; its message is the first of them, behind `intro`. */
export function faultyInput(faults: FieldFault[], intro = ""): AppError {
  const { path = "args", message = "are not valid" } = faults[0] ?? {};
  return new AppError("BAD_REQUEST", `${intro}${path} ${message}.`, faults);
}

/** HTTP status of each code, for tRPC and REST. */
export const HTTP_STATUS: Record<ErrorCode, number> = {
  BAD_REQUEST: 400,
  UNAUTHORIZED: 401,
  FORBIDDEN: 403,
  NOT_FOUND: 404,
  METHOD_NOT_ALLOWED: 405,
  CONFLICT: 409,
  PAYLOAD_TOO_LARGE: 413,
  TOO_MANY_REQUESTS: 429,
  INSUFFICIENT_STORAGE: 507,
};

/** A TOO_MANY_REQUESTS error; its message is `why` with the time to wait. `ms`: that time in milliseconds. */
export function tooMany(why: string, ms: number): AppError {
  const seconds = Math.max(1, Math.ceil(ms / 1000));
  return new AppError("TOO_MANY_REQUESTS", `${why} Try again in ${seconds} s.`, undefined, seconds);
}

/** A `Retry-After` header where the error has a time to wait, else none. */
export function retryHeaders(thrown: unknown): Record<string, string> {
  if (!(thrown instanceof AppError) || thrown.retry_after === undefined) return {};
  return { "retry-after": String(thrown.retry_after) };
}

/** The code of an error of the system or a library, such as ENOENT; undefined where it has none. */
export function codeOf(thrown: unknown): string | undefined {
  return thrown instanceof Error && "code" in thrown ? String(thrown.code) : undefined;
}

/** The message of anything thrown, for a log line or a step's error. */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}
