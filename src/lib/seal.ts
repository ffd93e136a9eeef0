import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from "node:crypto";

const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** The key for one purpose. It reveals neither the secret nor the keys of other purposes. */
export function deriveKey(secret: string, purpose: string): Buffer {
  return Buffer.from(hkdfSync("sha256", secret, "", purpose, 32));
}

/**
 * Encrypts a text for storage (AES-256-GCM): nonce, tag, ciphertext. The key is derived from `secret` for `purpose`;
 * `place` names where the text is stored, and it only decrypts for the same place.
 */
export function seal(secret: string, purpose: string, text: string, place = ""): Buffer {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv("aes-256-gcm", deriveKey(secret, purpose), nonce);
  cipher.setAAD(Buffer.from(place));
  const sealed = Buffer.concat([cipher.update(text, "utf8"), cipher.final()]);
  return Buffer.concat([nonce, cipher.getAuthTag(), sealed]);
}

/**
 * Decrypts what `seal` gave, by the secret or by its derived key for this purpose. Throws where the secret, the purpose
 * or the place differ, or the bytes were changed.
 */
export function unseal(secret: string | Buffer, purpose: string, sealed: Buffer, place = ""): string {
  const decipher = createDecipheriv(
    "aes-256-gcm",
    typeof secret === "string" ? deriveKey(secret, purpose) : secret,
    sealed.subarray(0, NONCE_BYTES),
    // Refuses a shorter tag, which would be easier to forge.
    { authTagLength: TAG_BYTES },
  );
  decipher.setAAD(Buffer.from(place));
  decipher.setAuthTag(sealed.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
  const text = Buffer.concat([decipher.update(sealed.subarray(NONCE_BYTES + TAG_BYTES)), decipher.final()]);
  return text.toString("utf8");
}
