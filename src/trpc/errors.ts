import { TRPCError } from "@trpc/server";
import { ZodError } from "zod";
import { AppError, type ErrorCode, type FieldFault } from "../lib/errors";
import { newId } from "../lib/ids";
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
  // tRPC has no 507; REST answers it from the cause.
  INSUFFICIENT_STORAGE: "SERVICE_UNAVAILABLE",
};

/** Codes that tRPC itself gives for what the caller did wrong; their messages may be shown. */
const CALLER_FAULTS: ReadonlySet<TrpcCode> = new Set([
  ...Object.values(TRPC_CODE),
  "PARSE_ERROR",
  "UNSUPPORTED_MEDIA_TYPE",
  "CLIENT_CLOSED_REQUEST",
]);

function faultsOf(error: ZodError): FieldFault[] {
  return error.issues.map((issue) => ({ path: issue.path.map(String).join("."), message: issue.message }));
}

/** What went wrong at which field, where the error says so. */
export function detailsOf(error: TRPCError): FieldFault[] | undefined {
  if (error.cause instanceof AppError) return error.cause.details;
  if (error.code === "BAD_REQUEST" && error.cause instanceof ZodError) return faultsOf(error.cause);
  return undefined;
}

/** True for a fault of ours that still says what broke; those of `toPublicError` have no cause. */
export function isUnexpected(error: TRPCError): boolean {
  return error.code === "INTERNAL_SERVER_ERROR" && error.cause !== undefined;
}

/** As `toPublicError`, for anything that was thrown outside of a procedure; `path` is for the log. */
export function publicErrorOf(thrown: unknown, path: string): TRPCError {
  if (thrown instanceof TRPCError) return toPublicError(thrown, path);
  const code = thrown instanceof ZodError ? "BAD_REQUEST" : "INTERNAL_SERVER_ERROR";
  return toPublicError(new TRPCError({ code, cause: thrown }), path);
}

/**
 * The error that leaves the house: our own as it is, an input fault as one sentence, anything unexpected as
 * an id that the log has too.
 */
export function toPublicError(error: TRPCError, path: string): TRPCError {
  const { cause } = error;
  if (cause instanceof AppError) {
    return new TRPCError({ code: TRPC_CODE[cause.code], message: cause.message, cause });
  }
  if (error.code === "BAD_REQUEST" && cause instanceof ZodError) {
    const [first] = faultsOf(cause);
    const message = first ? `${first.path || "The input"} ${first.message}.` : "The input is not valid.";
    return new TRPCError({ code: "BAD_REQUEST", message, cause });
  }
  if (CALLER_FAULTS.has(error.code)) return error;
  const id = newId();
  logger.error({ err: cause ?? error, error_id: id, path }, "unexpected error");
  return new TRPCError({
    code: "INTERNAL_SERVER_ERROR",
    message: `Something failed on the server. Try again; if it stays, look for ${id} in the server's log.`,
  });
}
