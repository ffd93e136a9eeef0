/** Why a sign-in by the provider ended without one; the sign-in page has the words. */
export const SSO_REFUSALS = [
  "cancelled",
  "clock",
  "disabled",
  "down",
  "email-missing",
  "email-unverified",
  "exists",
  "failed",
  "linked-elsewhere",
  "not-allowed",
  "not-invited",
  "stale",
] as const;
export type SsoRefusal = (typeof SSO_REFUSALS)[number];

const CAUSES: [RegExp, SsoRefusal][] = [
  [/access_denied|consent_required|interaction_required|login_required/, "cancelled"],
  [/JWT (expired|not active yet|issued)|too far in the past|auth_time/, "clock"],
  [
    /cookie was missing|could not be parsed|different provider|(state|nonce) mismatch|state missing|invalid_grant/,
    "stale",
  ],
  [
    /ECONN|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ETIMEDOUT|timed out|socket hang up|certificate|expected 200 OK, got: 5|temporarily_unavailable|server_error|Unexpected (token|end)|is not valid JSON|no body was returned|must be a valid JSON/,
    "down",
  ],
];

/** What an error of NextAuth or of the provider means for the person. */
export function refusalOf(error: unknown): SsoRefusal {
  const said = wordsOf(error);
  return CAUSES.find(([pattern]) => pattern.test(said))?.[1] ?? "failed";
}

function wordsOf(error: unknown): string {
  if (typeof error !== "object" || error === null) return String(error);
  const { message, code, cause, error: inner } = error as Record<string, unknown>;
  return [message, code, cause && wordsOf(cause), inner && wordsOf(inner)].filter(Boolean).join(" ");
}
