import { createHmac, timingSafeEqual } from "node:crypto";

/**
 * The token of the one-time set-up link. It is derived from the secret, not stored. The link works only while
 * there is no user, so creating the first one uses it up.
 */
export function setupToken(secret: string): string {
  return createHmac("sha256", secret).update("phaseboard set-up link").digest("base64url");
}

export function isSetupToken(secret: string, token: string): boolean {
  const expected = Buffer.from(setupToken(secret));
  const given = Buffer.from(token);
  return expected.length === given.length && timingSafeEqual(expected, given);
}
