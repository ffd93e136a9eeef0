import { TRPCError } from "@trpc/server";
import { ZodError } from "zod";
import { isNoRoom } from "../db/fault-codes";
import { AppError, type ErrorCode, type FieldFault } from "../lib/errors";
import { newId } from "../lib/ids";
import { faultsOfKeys } from "../lib/input";
import { logger } from "../lib/logger";

type TrpcCode = TRPCError["code"];

const TRPC_CODE: Record<ErrorCode, TrpcCode> = {
  BAD_REQUEST: "BAD_REQUEST",
  UNAUTHORIZED: "UNAUTHORIZED",
  FORBIDDEN: "FORBIDDEN",
  NOT_FOUND: "NOT_FOUND",
  METHOD_NOT_ALLOWED: "METHOD_NOT_SUPPORTED",
  CONFLICT: "CONFLICT",
  PAYLOAD_TOO_LARGE: "PAYLOAD_TOO_LARGE",
  TOO_MANY_REQUESTS: "TOO_MANY_REQUESTS",
  // tRPC has no code for 507; REST takes the status from the cause.
  INSUFFICIENT_STORAGE: "SERVICE_UNAVAILABLE",
};

/** What is answered where a disk was full, the server's or the database's. Nothing of the change was made. */
const NO_ROOM = new AppError(
  "INSUFFICIENT_STORAGE",
  "There is no room on the server's disk, so nothing was changed. Whoever runs the server can make room; then try again.",
);

/** tRPC's codes for errors of the caller; their messages may be shown. */
const CALLER_FAULTS: ReadonlySet<TrpcCode> = new Set([
  ...Object.values(TRPC_CODE),
  "PARSE_ERROR",
  "UNSUPPORTED_MEDIA_TYPE",
  "CLIENT_CLOSED_REQUEST",
]);

type Issue = ZodError["issues"][number];

/** An input's faults by field. Unknown fields first, since a mistyped name explains a missing one. */
function faultsOf({ issues }: ZodError): FieldFault[] {
  return [...issues.filter(isUnknown), ...issues.filter((issue) => !isUnknown(issue))].flatMap((issue) => {
    const faultAt = (path: PropertyKey[], message: string) => ({ path: path.map(String).join("."), message });
    if (!isUnknown(issue)) return [faultAt(issue.path, wordsOf(issue))];
    const words = faultsOfKeys(issue);
    return issue.keys.map((key, at) => faultAt([...issue.path, key], words[at] ?? issue.message));
  });
}

const isUnknown = (issue: Issue): issue is Extract<Issue, { code: "unrecognized_keys" }> =>
  issue.code === "unrecognized_keys";

/** The words that follow the field's name in a message. */
function wordsOf({ code, message }: Issue): string {
  if (code !== "invalid_type") return message;
  if (message.endsWith("received undefined")) return "is required";
  // REST makes numbers of texts, and of what is missing.
  return message.endsWith("received NaN") ? "must be a number" : message;
}

/** An input's faults as an AppError with the first fault as its message: `name must not be empty.` */
function inputError(error: ZodError): AppError {
  const faults = faultsOf(error);
  const [first] = faults;
  if (!first) return new AppError("BAD_REQUEST", "The input is not valid.");
  const { path, message } = first;
  // Zod's own messages are sentences of their own.
  const said = /^[A-Z]/.test(message) ? `: ${message}` : ` ${message}`;
  return new AppError("BAD_REQUEST", `${path || "The input"}${said}${/[.?]$/.test(said) ? "" : "."}`, faults);
}

/** The faulty fields, if the error has them. */
export function detailsOf(error: TRPCError): FieldFault[] | undefined {
  return error.cause instanceof AppError ? error.cause.details : undefined;
}

/** True for an internal error that still has its cause; errors made by `toPublicError` have none. */
export function isUnexpected(error: TRPCError): boolean {
  return error.code === "INTERNAL_SERVER_ERROR" && error.cause !== undefined;
}

/** As `toPublicError`, for errors thrown outside of a procedure; `path` is for the log. */
export function publicErrorOf(thrown: unknown, path: string): TRPCError {
  if (thrown instanceof TRPCError) return toPublicError(thrown, path);
  const code = thrown instanceof ZodError ? "BAD_REQUEST" : "INTERNAL_SERVER_ERROR";
  return toPublicError(new TRPCError({ code, cause: thrown }), path);
}

/**
 * The error to send to the caller: an AppError as it is, an input fault as a sentence, an unexpected error as
 * an id that is also in the log.
 */
export function toPublicError(error: TRPCError, path: string): TRPCError {
  const { cause } = error;
  if (cause instanceof AppError) {
    return new TRPCError({ code: TRPC_CODE[cause.code], message: cause.message, cause });
  }
  if (error.code === "BAD_REQUEST" && cause instanceof ZodError) {
    const fault = inputError(cause);
    return new TRPCError({ code: "BAD_REQUEST", message: fault.message, cause: fault });
  }
  if (CALLER_FAULTS.has(error.code)) return error;
  if (isNoRoom(cause)) {
    logger.error({ err: cause, path }, "there is no room on a disk");
    return new TRPCError({ code: TRPC_CODE[NO_ROOM.code], message: NO_ROOM.message, cause: NO_ROOM });
  }
  const id = newId();
  logger.error({ err: cause ?? error, error_id: id, path }, "unexpected error");
  return new TRPCError({
    code: "INTERNAL_SERVER_ERROR",
    message: `Something failed on the server. Try again; if it stays, look for ${id} in the server's log.`,
  });
}
