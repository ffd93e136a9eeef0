/** What a refusal of the provider's sign-in says: what happened, and what to do next. */
const WORDS: Record<string, string> = {
  cancelled: "You did not sign in there. Nothing was changed; try again when you like.",
  clock:
    "The clocks of this server and of the provider differ, so its answer counts as too old. Whoever runs the server sets the clock right.",
  disabled: "This account is disabled. Ask an administrator.",
  down: "The provider does not answer. Try again in a moment; if it stays, tell whoever runs the server.",
  "email-missing":
    "The provider does not say your e-mail address. Whoever runs the server asks it for one, by the scope email.",
  "email-unverified":
    "The provider does not vouch for your e-mail address. Confirm the address there, then sign in again.",
  exists:
    "There is an account with your e-mail address already. Sign in to it first and link the two on your account page, or ask an administrator for a link.",
  failed: "The provider's answer cannot be used. Try again; if it stays, the server's log says why.",
  "linked-elsewhere": "That account of the provider belongs to another person here.",
  "not-allowed": "You are not among those whom this installation lets in. Ask an administrator.",
  "not-invited": "Only people who were invited come in here. Ask an administrator for an invitation.",
  stale: "That took too long, or began in another window. Start again here.",
};

export const ssoWords = (code: string): string => WORDS[code] ?? WORDS.failed ?? "";
