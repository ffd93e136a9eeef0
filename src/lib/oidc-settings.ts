/** Who may come in by the provider: an e-mail's domain, a claim with a value, or everybody whom the provider knows. */
export type AllowRule =
  | { kind: "domain"; domain: string }
  | { kind: "claim"; claim: string; value: string }
  | { kind: "everybody" };

/** Sign-in by an OpenID Connect provider. */
export interface OidcSettings {
  /** Its address, where `/.well-known/openid-configuration` is. */
  issuer: string;
  clientId: string;
  clientSecret: string;
  /** On the button: "Sign in with NAME". */
  name: string;
  scope: string;
  /** One that holds is enough. Empty: only who was invited, or has linked an account. */
  allow: AllowRule[];
}

const DOMAIN = /^([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}$/i;

/** Reads `PHASEBOARD_OIDC_ALLOW`: rules between commas. Throws with what is wrong. */
export function parseAllow(text: string): AllowRule[] {
  return text
    .split(",")
    .map((part) => part.trim())
    .filter(Boolean)
    .map((part): AllowRule => {
      if (part === "*") return { kind: "everybody" };
      const [, claim, value] = /^([^=\s]+)=(.+)$/.exec(part) ?? [];
      if (claim && value) return { kind: "claim", claim, value: value.trim() };
      if (DOMAIN.test(part)) return { kind: "domain", domain: part.toLowerCase() };
      throw new Error(
        `must list domains of e-mails and claims, separated by commas, for example example.com,groups=engineering, or be *; ${part} is neither`,
      );
    });
}

interface Given {
  PHASEBOARD_OIDC_ISSUER?: string | undefined;
  PHASEBOARD_OIDC_CLIENT_ID?: string | undefined;
  PHASEBOARD_OIDC_CLIENT_SECRET?: string | undefined;
  PHASEBOARD_OIDC_NAME: string;
  PHASEBOARD_OIDC_SCOPE: string;
  PHASEBOARD_OIDC_ALLOW: AllowRule[];
}

const NEEDED = [
  "PHASEBOARD_OIDC_ISSUER",
  "PHASEBOARD_OIDC_CLIENT_ID",
  "PHASEBOARD_OIDC_CLIENT_SECRET",
] as const;

/** Undefined where nothing of it is set. Throws with the name of the setting that is missing. */
export function readOidc(given: Given): OidcSettings | undefined {
  if (NEEDED.every((name) => !given[name])) return undefined;
  const missing = NEEDED.find((name) => !given[name]);
  if (missing) throw new Error(`${missing} must be set beside the other settings of OpenID Connect`);
  return {
    issuer: (given.PHASEBOARD_OIDC_ISSUER ?? "").replace(/\/$/, ""),
    clientId: given.PHASEBOARD_OIDC_CLIENT_ID ?? "",
    clientSecret: given.PHASEBOARD_OIDC_CLIENT_SECRET ?? "",
    name: given.PHASEBOARD_OIDC_NAME,
    scope: given.PHASEBOARD_OIDC_SCOPE,
    allow: given.PHASEBOARD_OIDC_ALLOW,
  };
}
