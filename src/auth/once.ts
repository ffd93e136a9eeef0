import { createHash } from "node:crypto";
import { AppError } from "../lib/errors";
import { seal, unseal } from "../lib/seal";

/** Makes a create happen once: the caller's key, and a digest of the request sent under it. */
export interface Once {
  readonly key: string;
  /** SHA-256 of the request, in hex. */
  readonly fingerprint: string;
  /** The remembered result is encrypted under this secret. */
  readonly secret: string;
}

const KEY = /^[\x21-\x7e]{1,255}$/;
const PURPOSE = "phaseboard idempotency";

/**
 * Reads an `Idempotency-Key` header; undefined without one. `asked` is the procedure with its whole input.
 * Throws BAD_REQUEST for an invalid key.
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

/** JSON with sorted keys, so that their order in an object makes no difference. */
function canonicalJson(value: unknown): string {
  return (
    JSON.stringify(value, (_, inner: unknown) =>
      typeof inner === "object" && inner !== null && !Array.isArray(inner)
        ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
        : inner,
    ) ?? "null"
  );
}

/** Encrypts a result for its row. */
export function sealResult({ secret }: Once, result: unknown): Buffer {
  return seal(secret, PURPOSE, JSON.stringify(result));
}

/** Decrypts a remembered result. Throws if it was sealed under another secret. */
export function openResult({ secret }: Once, sealed: Buffer): unknown {
  return JSON.parse(unseal(secret, PURPOSE, sealed));
}
