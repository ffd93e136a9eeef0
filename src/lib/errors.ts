/**
 * The one error that commands and queries throw on purpose. Its message is for people: it says what is
 * wrong and what to do next. Anything else that is thrown is a fault of ours and is never shown.
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

/** One fault of an input: `path` as in `args.channel`, and what was expected there. */
export interface FieldFault {
  path: string;
  message: string;
  /** Where in a source it is, from 1, and what may stand there. */
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
    /** Whole seconds to wait before another try; the answer says so as `Retry-After`. */
    readonly retry_after?: number,
  ) {
    super(message);
  }
}

/** HTTP status of each code; tRPC and REST both read it. */
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

/** TOO_MANY_REQUESTS with the time to wait: `why`, and "Try again in 3 s." behind it. */
export function tooMany(why: string, ms: number): AppError {
  const seconds = Math.max(1, Math.ceil(ms / 1000));
  return new AppError("TOO_MANY_REQUESTS", `${why} Try again in ${seconds} s.`, undefined, seconds);
}

/** `Retry-After` where the error says how long to wait, else nothing. */
export function retryHeaders(thrown: unknown): Record<string, string> {
  if (!(thrown instanceof AppError) || thrown.retry_after === undefined) return {};
  return { "retry-after": String(thrown.retry_after) };
}

/** Text of anything thrown, for a log line or a step's error message. */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}
