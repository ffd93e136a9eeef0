import { createCipheriv, createDecipheriv, createHash, hkdfSync, randomBytes } from "node:crypto";
import { AppError } from "../lib/errors";

/** What makes a create happen once: the caller's own key, and a digest of what is asked under it. */
export interface Once {
  readonly key: string;
  /** SHA-256 in hex. */
  readonly fingerprint: string;
  /** The remembered result is encrypted under it. */
  readonly secret: string;
}

const KEY = /^[\x21-\x7e]{1,255}$/;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

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

/** Encrypts a result for keeping (AES-256-GCM): nonce, tag, text. */
export function sealResult({ secret }: Once, result: unknown): Buffer {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv("aes-256-gcm", keyOf(secret), nonce);
  const text = Buffer.concat([cipher.update(JSON.stringify(result), "utf8"), cipher.final()]);
  return Buffer.concat([nonce, cipher.getAuthTag(), text]);
}

/** Throws where it was sealed under another secret. */
export function openResult({ secret }: Once, sealed: Buffer): unknown {
  const decipher = createDecipheriv("aes-256-gcm", keyOf(secret), sealed.subarray(0, NONCE_BYTES));
  decipher.setAuthTag(sealed.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
  const text = Buffer.concat([decipher.update(sealed.subarray(NONCE_BYTES + TAG_BYTES)), decipher.final()]);
  return JSON.parse(text.toString("utf8"));
}

function keyOf(secret: string): Buffer {
  return Buffer.from(hkdfSync("sha256", secret, "", "phaseboard idempotency", 32));
}
