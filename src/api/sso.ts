import { decode, encode } from "next-auth/jwt";
import { OIDC } from "../auth/oidc/provider";
import { refusalOf, type SsoRefusal } from "../auth/oidc/refusal";
import type { Purpose } from "../features/users/commands/enter-by-provider";

/** What a request to one of the provider's two addresses is remembered for, and what went wrong on the way. */
export interface SsoRequest {
  purpose: Purpose;
  fault?: SsoRefusal;
}

const START = `POST signin/${OIDC}`;
const BACK = `GET callback/${OIDC}`;
export const SSO_ROUTES = [START, BACK];

/** As long as NextAuth's own cookies of a sign-in. */
const PURPOSE_SECONDS = 15 * 60;

const cookieName = (url: string) => `${url.startsWith("https:") ? "__Host-" : ""}phaseboard.sso`;

/** Reads why the person went to the provider, from the cookie that `rememberPurpose` set. */
export async function readPurpose(cookies: string, { url, secret }: Place): Promise<Purpose> {
  const name = `${cookieName(url)}=`;
  const token = cookies
    .split(/;\s*/)
    .find((part) => part.startsWith(name))
    ?.slice(name.length);
  const kept = token ? await decode({ token, secret, salt: name }).catch(() => null) : null;
  const text = (value: unknown) => (typeof value === "string" ? value : undefined);
  return { link_user_id: text(kept?.link_user_id), link_token: text(kept?.link_token) };
}

interface Place {
  url: string;
  secret: string;
}

/** The cookie with why the person goes to the provider; one without a purpose takes the former's place. */
export async function purposeCookie(purpose: Purpose, { url, secret }: Place): Promise<string> {
  const isAny = Object.values(purpose).some(Boolean);
  const name = cookieName(url);
  const value = isAny
    ? await encode({ token: { ...purpose }, secret, salt: `${name}=`, maxAge: PURPOSE_SECONDS })
    : "";
  const secure = url.startsWith("https:") ? "; Secure" : "";
  return `${name}=${value}; Path=/; HttpOnly; SameSite=Lax; Max-Age=${isAny ? PURPOSE_SECONDS : 0}${secure}`;
}

/** NextAuth's answer, which leads to the sign-in page with the reason where it would lead to an error page of its own. */
export async function withReason(answer: Response, { fault }: SsoRequest, { url }: Place): Promise<Response> {
  const why = `${url}/signin?sso=${fault ?? "failed"}`;
  const isError = (to: string) => /\/api\/auth\/(error|signin)\b/.test(to);
  const location = answer.headers.get("location");
  if (location && isError(location)) answer.headers.set("location", why);
  if (!answer.headers.get("content-type")?.includes("json")) return answer;
  const said = (await answer.json()) as { url?: string };
  const to = said.url && isError(said.url) ? why : said.url;
  const headers = new Headers(answer.headers);
  headers.delete("content-length");
  return new Response(JSON.stringify({ ...said, url: to }), { status: answer.status, headers });
}

/** Keeps why NextAuth gives up; its logger is the only one that is told. */
export function noteFault(request: SsoRequest, metadata: unknown): void {
  request.fault ??= refusalOf(metadata);
}
