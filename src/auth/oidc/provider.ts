import type { OAuthConfig } from "next-auth/providers/oauth";
import type { OidcSettings } from "../../lib/oidc-settings";
import type { Claims } from "./claims";

/** The id of the provider in NextAuth's addresses: `/api/auth/callback/oidc`. */
export const OIDC = "oidc";

const TIMEOUT_MS = 5_000;

/** NextAuth's provider for any that is found by discovery. The claims are those of the id token and of userinfo. */
export function oidcProvider({
  issuer,
  clientId,
  clientSecret,
  name,
  scope,
}: OidcSettings): OAuthConfig<Claims> {
  return {
    id: OIDC,
    name,
    type: "oauth",
    wellKnown: `${issuer}/.well-known/openid-configuration`,
    clientId,
    clientSecret,
    authorization: { params: { scope } },
    checks: ["pkce", "state", "nonce"],
    idToken: true,
    httpOptions: { timeout: TIMEOUT_MS },
    userinfo: {
      async request({ tokens, client }) {
        const found = String(client.issuer.metadata.issuer).replace(/\/$/, "");
        if (found !== issuer) throw new Error(`the provider calls itself ${found}, not ${issuer}`);
        const claims = claimsOf(tokens.id_token);
        if (!client.issuer.metadata.userinfo_endpoint || !tokens.access_token) return claims;
        const more = await client.userinfo(tokens.access_token);
        if (more.sub !== claims.sub) throw new Error("the provider's userinfo is of somebody else");
        return { ...claims, ...more, iss: claims.iss };
      },
    },
    profile: (claims) => ({ id: claims.sub, name: null, email: null }),
  };
}

/** The claims of an id token that the client has verified. */
function claimsOf(token: string | undefined): Claims {
  const [, payload = ""] = (token ?? "").split(".");
  return JSON.parse(Buffer.from(payload, "base64url").toString()) as Claims;
}
