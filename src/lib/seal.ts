import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from "node:crypto";

const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** The key for one purpose. It tells nothing of the secret, nor of the keys for other purposes. */
export function deriveKey(secret: string, purpose: string): Buffer {
  return Buffer.from(hkdfSync("sha256", secret, "", purpose, 32));
}

/**
 * Encrypts a text for keeping (AES-256-GCM): nonce, tag, text. The key is derived from `secret` for the one
 * `purpose`; `place` says where it is kept, and it opens nowhere else.
 */
export function seal(secret: string, purpose: string, text: string, place = ""): Buffer {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv("aes-256-gcm", deriveKey(secret, purpose), nonce);
  cipher.setAAD(Buffer.from(place));
  const sealed = Buffer.concat([cipher.update(text, "utf8"), cipher.final()]);
  return Buffer.concat([nonce, cipher.getAuthTag(), sealed]);
}

/**
 * The text of what `seal` gave, by the secret or by the key that was derived from it for this purpose. Throws where
 * it was sealed under another secret, for another purpose or place, or was changed.
 */
export function unseal(secret: string | Buffer, purpose: string, sealed: Buffer, place = ""): string {
  const decipher = createDecipheriv(
    "aes-256-gcm",
    typeof secret === "string" ? deriveKey(secret, purpose) : secret,
    sealed.subarray(0, NONCE_BYTES),
    // A shorter tag would be easier to guess.
    { authTagLength: TAG_BYTES },
  );
  decipher.setAAD(Buffer.from(place));
  decipher.setAuthTag(sealed.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
  const text = Buffer.concat([decipher.update(sealed.subarray(NONCE_BYTES + TAG_BYTES)), decipher.final()]);
  return text.toString("utf8");
}
