import { CONNECTION_LOST, faultCodes } from "../../db/fault-codes";
import { ClaimLost, StoreUnavailable } from "../../engine/run/ports";
import { retry } from "../../lib/retry";

/** Errors of the connection, or of a server that is not ready: a retry may succeed. */
const TRANSIENT_CODES = new Set([
  CONNECTION_LOST,
  "ECONNREFUSED",
  "ECONNRESET",
  "ECONNABORTED",
  "EPIPE",
  "ENOENT",
  "ETIMEDOUT",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "ENOTFOUND",
  "EAI_AGAIN",
  "25P03", // idle in a transaction for too long, as a process that was frozen is
  "25006", // read only: a standby, or a server that recovers
  "40001", // serialization failure
  "40P01", // deadlock
  "55P03", // lock not available
]);
/** Classes: connection exceptions, insufficient resources, operator intervention. */
const TRANSIENT_CLASSES = ["08", "53", "57"];

export function isUnavailable(error: unknown): boolean {
  return faultCodes(error).some(
    (code) =>
      TRANSIENT_CODES.has(code) ||
      (code.length === 5 && TRANSIENT_CLASSES.some((prefix) => code.startsWith(prefix))),
  );
}

/** Runs `work`; throws `StoreUnavailable` where the database is out of reach. */
export async function reach<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (isUnavailable(error)) throw new StoreUnavailable("the database is out of reach", { cause: error });
    throw error;
  }
}

/** Repeats `work` until the database is in reach; throws `ClaimLost` once `signal` is aborted. */
export async function patiently<T>(work: () => Promise<T>, signal: AbortSignal): Promise<T> {
  return retry(work, {
    isWorthwhile(error) {
      if (!isUnavailable(error)) return false;
      if (signal.reason === "lost") throw new ClaimLost("the claim was lost while the database was away");
      return true;
    },
  });
}
