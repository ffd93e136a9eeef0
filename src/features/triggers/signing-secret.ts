import { randomBytes } from "node:crypto";
import { seal, unseal } from "../../lib/seal";

const PURPOSE = "phaseboard webhook signing";

/** A new signing secret: 32 random bytes after a prefix that secret scanners recognise. */
export function newSigningSecret(): string {
  return `whsec_${randomBytes(32).toString("base64url")}`;
}

/** Encrypts a signing secret for the trigger's row. */
export function sealSigningSecret(secret: string, trigger_id: string, signing: string): Buffer {
  return seal(secret, PURPOSE, signing, trigger_id);
}

/** Decrypts a signing secret. Throws if it was sealed under another server secret. */
export function openSigningSecret(secret: string, trigger_id: string, sealed: Buffer): string {
  return unseal(secret, PURPOSE, sealed, trigger_id);
}
