import { TRPCClientError } from "@trpc/client";
import { sayForeignAnswer } from "../lib/foreign-answer";
import type {
  PhaseboardError as Contract,
  FieldFault,
  PhaseboardErrorCode,
  PhaseboardErrorFields,
} from "./contract";

export class PhaseboardError extends Error implements Contract {
  override readonly name = "PhaseboardError";
  readonly code: PhaseboardErrorCode;
  readonly status: number;
  readonly details: FieldFault[];
  readonly path: string;

  constructor({ code, status, message, details = [], path = "", cause }: PhaseboardErrorFields) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
    this.status = status;
    this.details = details;
    this.path = path;
  }
}

const CODE_OF: Record<number, PhaseboardErrorCode> = {
  401: "UNAUTHORIZED",
  403: "FORBIDDEN",
  404: "NOT_FOUND",
  405: "METHOD_NOT_ALLOWED",
  409: "CONFLICT",
  413: "PAYLOAD_TOO_LARGE",
  429: "TOO_MANY_REQUESTS",
  502: "SERVICE_UNAVAILABLE",
  503: "SERVICE_UNAVAILABLE",
  504: "SERVICE_UNAVAILABLE",
  507: "INSUFFICIENT_STORAGE",
};

function codeOf(status: number): PhaseboardErrorCode {
  if (status < 400) return "BAD_ANSWER";
  return CODE_OF[status] ?? (status < 500 ? "BAD_REQUEST" : "INTERNAL_SERVER_ERROR");
}

/** The error for a refusal's body, from REST, tRPC, or a proxy that speaks neither. */
export function refusalOf(status: number, body: string, path: string): PhaseboardError {
  const { message, details } = readRefusal(body);
  return new PhaseboardError({
    code: codeOf(status),
    status,
    message: message ?? sayForeignAnswer(status),
    details,
    path,
  });
}

interface Refusal {
  message?: string;
  details?: FieldFault[];
}

function readRefusal(body: string): Refusal {
  try {
    const { error } = JSON.parse(body) as { error?: Refusal & { data?: { details?: FieldFault[] } } };
    return { message: error?.message, details: error?.details ?? error?.data?.details };
  } catch {
    return {};
  }
}

export function networkError(cause: unknown, path: string): PhaseboardError {
  return new PhaseboardError({
    code: "NETWORK",
    status: 0,
    message: `The server could not be reached, or the connection broke off (${reasonOf(cause)}).`,
    path,
    cause,
  });
}

function reasonOf(cause: unknown): string {
  if (!(cause instanceof Error)) return "no reason given";
  const { cause: inner } = cause;
  // Node's fetch has the reason in the cause; if it tried several addresses, only in the cause's code.
  if (!(inner instanceof Error)) return cause.message;
  return inner.message || ("code" in inner ? String(inner.code) : cause.message);
}

/** Converts what tRPC's client threw to `PhaseboardError`. */
export function toPhaseboardError(thrown: unknown, path: string): PhaseboardError {
  if (thrown instanceof PhaseboardError) return thrown;
  if (!(thrown instanceof TRPCClientError)) return networkError(thrown, path);
  const { cause } = thrown;
  if (cause instanceof PhaseboardError) return cause;
  const data = thrown.data as { httpStatus: number; details?: FieldFault[] } | null | undefined;
  if (!data) return networkError(cause ?? thrown, path);
  const { httpStatus: status, details } = data;
  return new PhaseboardError({ code: codeOf(status), status, message: thrown.message, details, path });
}
