import { createHmac, timingSafeEqual } from "node:crypto";

/** How far a delivery's time may be in the past or the future. */
export const TOLERANCE_SECONDS = 5 * 60;

const OURS = /^t=(\d{1,12}),v1=([0-9a-f]{64})$/;
const GITHUBS = /^sha256=([0-9a-f]{64})$/;

export type CheckedSignature =
  /** `once`: a signature that includes the time and may be used only once. Null: the body alone is signed. */
  { ok: true; once: string | null } | { ok: false; reason: string };

/**
 * Checks a delivery's HMAC-SHA256: `X-Phaseboard-Signature: t=…,v1=…` over the time in seconds, a dot and the
 * body, else GitHub's `X-Hub-Signature-256: sha256=…` over the body.
 */
export function checkSignature(
  secret: string,
  headers: Pick<Headers, "get">,
  body: Uint8Array,
  nowMs: number,
): CheckedSignature {
  const ours = headers.get("x-phaseboard-signature");
  const githubs = headers.get("x-hub-signature-256");
  if (ours !== null) {
    const [, time = "", given = ""] = OURS.exec(ours) ?? [];
    if (!isHmac(secret, [`${time}.`, body], given)) return WRONG;
    if (Math.abs(nowMs / 1000 - Number(time)) > TOLERANCE_SECONDS) {
      return { ok: false, reason: "The delivery's time is more than 5 minutes off. Sign it anew." };
    }
    return { ok: true, once: given };
  }
  if (githubs === null) {
    return {
      ok: false,
      reason: "Sign the delivery: X-Phaseboard-Signature or X-Hub-Signature-256 is missing.",
    };
  }
  const [, given = ""] = GITHUBS.exec(githubs) ?? [];
  return isHmac(secret, [body], given) ? { ok: true, once: null } : WRONG;
}

const WRONG = {
  ok: false as const,
  reason: "The signature is wrong. Check the secret, and that the raw body is signed.",
};

function isHmac(secret: string, parts: (string | Uint8Array)[], given: string): boolean {
  const hmac = createHmac("sha256", secret);
  for (const part of parts) hmac.update(part);
  const expected = hmac.digest();
  const bytes = Buffer.from(given, "hex");
  return bytes.length === expected.length && timingSafeEqual(bytes, expected);
}
