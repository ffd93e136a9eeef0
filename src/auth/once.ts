import { createHash } from "node:crypto";
import { AppError } from "../lib/errors";
import { seal, unseal } from "../lib/seal";

/** What makes a create happen once: the caller's own key, and a digest of what is asked under it. */
export interface Once {
  readonly key: string;
  /** SHA-256 in hex. */
  readonly fingerprint: string;
  /** The remembered result is encrypted under it. */
  readonly secret: string;
}

const KEY = /^[\x21-\x7e]{1,255}$/;
const PURPOSE = "phaseboard idempotency";

/**
 * Reads an `Idempotency-Key` header; `asked` is the procedure and all of its input. Undefined without one.
 * Throws BAD_REQUEST for a key that is none.
 */
export function readOnce(header: string | null, secret: string, asked: unknown): Once | undefined {
  if (header === null) return undefined;
  if (!KEY.test(header)) {
    throw new AppError("BAD_REQUEST", "Idempotency-Key must be 1 to 255 visible ASCII characters.", [
      { path: "Idempotency-Key", message: "must be 1 to 255 visible ASCII characters" },
    ]);
  }
  const fingerprint = createHash("sha256").update(canonicalJson(asked)).digest("hex");
  return { key: header, fingerprint, secret };
}

/** JSON in which the order of an object's keys makes no difference. */
function canonicalJson(value: unknown): string {
  return (
    JSON.stringify(value, (_, inner: unknown) =>
      typeof inner === "object" && inner !== null && !Array.isArray(inner)
        ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
        : inner,
    ) ?? "null"
  );
}

/** Encrypts a result for keeping. */
export function sealResult({ secret }: Once, result: unknown): Buffer {
  return seal(secret, PURPOSE, JSON.stringify(result));
}

/** Throws where it was sealed under another secret. */
export function openResult({ secret }: Once, sealed: Buffer): unknown {
  return JSON.parse(unseal(secret, PURPOSE, sealed));
}
