import { randomBytes } from "node:crypto";
import { seal, unseal } from "../../lib/seal";

const PURPOSE = "phaseboard webhook signing";

/** What deliveries are signed with: 32 random bytes behind a prefix that secret scanners find. */
export function newSigningSecret(): string {
  return `whsec_${randomBytes(32).toString("base64url")}`;
}

/** Encrypts a signing secret for the trigger's row. */
export function sealSigningSecret(secret: string, trigger_id: string, signing: string): Buffer {
  return seal(secret, PURPOSE, signing, trigger_id);
}

/** Throws where the server's own secret is another than when it was sealed. */
export function openSigningSecret(secret: string, trigger_id: string, sealed: Buffer): string {
  return unseal(secret, PURPOSE, sealed, trigger_id);
}
