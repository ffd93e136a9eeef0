import { NextRequest } from "next/server";
import NextAuth from "next-auth";
import { noteProviderState } from "../auth/oidc/provider-state";
import { authOptions, findSessionActor } from "../auth/session";
import { enterByLink } from "../features/users/commands/enter-by-link";
import { enterByProvider, type Purpose } from "../features/users/commands/enter-by-provider";
import { AppError, HTTP_STATUS } from "../lib/errors";
import { isRecord } from "../lib/is-record";
import { logger } from "../lib/logger";
import { ownDefault } from "../lib/own-default";
import { ADDRESS_HEADER } from "../lib/request-headers";
import { readSettings } from "../lib/settings";
import { web } from "../trpc/web";
import { restError } from "./rest/rest";
import { watchSignIns } from "./sign-in-record";
import { noteFault, purposeCookie, readPurpose, SSO_ROUTES, type SsoRequest, withReason } from "./sso";
import { readStranger } from "./transfer/body";

/** Milliseconds that a request of a sign-in by the provider may take in all. */
const SSO_MS = 8_000;

/** What of NextAuth's own routes is served: nothing else of it is asked for by a page of ours. */
const SERVED = new Set([
  "GET csrf",
  "GET session",
  "GET providers",
  "POST signin/credentials",
  "POST callback/credentials",
  ...SSO_ROUTES,
  "POST signout",
]);

/** `/api/auth/…`: sign-in, sign-out and session, which NextAuth answers. */
export async function handleAuth(request: Request, path: string): Promise<Response> {
  const route = `${request.method} ${path}`;
  if (!SERVED.has(route)) throw new AppError("NOT_FOUND", `There is nothing for ${route}.`);
  const { db, secret, url } = web();
  let fault: unknown;
  const address = request.headers.get(ADDRESS_HEADER) ?? "unknown";
  const { oidc } = readSettings();
  const isSso = SSO_ROUTES.includes(route);
  if (isSso && !oidc) throw new AppError("NOT_FOUND", "No sign-in provider is set up here.");
  const asked = request.method === "POST" ? await withKnownForm(request) : new NextRequest(request);
  const sso: SsoRequest = { purpose: isSso ? await purposeOf(asked, address) : {} };
  const caller = { db, address };
  const options = authOptions(
    db,
    { secret, url },
    {
      address,
      userAgent: request.headers.get("user-agent"),
      cookies: request.headers.get("cookie") ?? "",
      onFault: (error) => {
        fault = error;
      },
      watch: watchSignIns(db, address),
    },
    {
      enterByLink: (token) => enterByLink(caller, token),
      sso: oidc
        ? {
            settings: oidc,
            enter: (claims) => enterByProvider(caller, claims, { allow: oidc.allow, purpose: sso.purpose }),
            onFault: (metadata) => noteFault(sso, metadata),
          }
        : null,
    },
  );
  const params = Promise.resolve({ nextauth: path.split("/") });
  const answering = ownDefault(NextAuth)(asked as never, { params } as never, options) as Promise<Response>;
  let answer = isSso ? await inTime(answering, sso, request.method) : await answering;
  answer.headers.set("cache-control", "no-store");
  if (isSso) {
    if (sso.fault === "down") noteProviderState("down");
    answer = await withReason(answer, sso, { url, secret });
    const left = request.method === "POST" ? sso.purpose : {};
    answer.headers.append("set-cookie", await purposeCookie(left, { url, secret }));
  }
  return fault === undefined ? answer : refuse(answer, fault);
}

/**
 * NextAuth's answer; or, where the provider leaves it waiting, one that leads back with the reason. Its own limit is for
 * silence, so a provider that answers a byte at a time would hold the sign-in for ever.
 */
async function inTime(answering: Promise<Response>, sso: SsoRequest, method: string): Promise<Response> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<null>((resolve) => {
    timer = setTimeout(() => resolve(null), SSO_MS);
  });
  const answer = await Promise.race([answering, late]).finally(() => clearTimeout(timer));
  if (answer) return answer;
  answering.catch((error: unknown) =>
    logger.debug({ err: error }, "a sign-in by the provider, given up before"),
  );
  sso.fault = "down";
  const location = `${web().url}/signin?sso=down`;
  return method === "POST"
    ? Response.json({ url: location })
    : new Response(null, { status: 302, headers: { location } });
}

/** Why a person goes to the provider, which the form says, or went there. Linking needs a session. */
async function purposeOf(request: NextRequest, address: string): Promise<Purpose> {
  const { url, secret } = web();
  const cookies = request.headers.get("cookie") ?? "";
  if (request.method === "GET") {
    const purpose = await readPurpose(cookies, { url, secret });
    const { link_user_id } = purpose;
    if (!link_user_id) return purpose;
    // Nobody links an account that they have signed out of meanwhile.
    const actor = await findSessionActor(web().db, url, { cookies, address });
    return actor?.user_id === link_user_id ? purpose : { over: true };
  }
  const form = new URLSearchParams(await request.clone().text());
  const link_token = form.get("link_token");
  if (link_token) return { link_token };
  if (form.get("purpose") !== "link") return {};
  const actor = await findSessionActor(web().db, url, { cookies, address });
  if (!actor) throw new AppError("UNAUTHORIZED", "Sign in before you link your account.");
  return { link_user_id: actor.user_id };
}

/** As the browser's side of NextAuth expects it, which reads the fault from an address; and as all our faults are. */
async function refuse(answer: Response, fault: unknown): Promise<Response> {
  const refusal = restError(fault);
  const told = (await refusal.json()) as { error: { message: string } };
  const url = `${web().url}/signin?error=${encodeURIComponent(told.error.message)}`;
  const status = fault instanceof AppError ? HTTP_STATUS[fault.code] : refusal.status;
  answer.headers.delete("location");
  // A sign-out that failed leaves the cookie, so that it can be tried again.
  answer.headers.delete("set-cookie");
  const headers = new Headers([...refusal.headers, ...answer.headers]);
  headers.set("content-type", "application/json; charset=utf-8");
  return new Response(JSON.stringify({ url, ...told }), { status, headers });
}

/** The request with its small body in memory. Throws BAD_REQUEST where that is neither a form nor a JSON object. */
async function withKnownForm(request: Request): Promise<NextRequest> {
  const { url, method, headers } = request;
  const body = await readStranger(request);
  const isForm = headers.get("content-type")?.startsWith("application/x-www-form-urlencoded");
  if (!isForm && body.byteLength > 0 && !isJsonObject(body.toString("utf8"))) {
    throw new AppError("BAD_REQUEST", "The body must be a form or a JSON object.");
  }
  return new NextRequest(url, { method, headers, body: body.byteLength > 0 ? body : null });
}

function isJsonObject(text: string): boolean {
  try {
    return isRecord(JSON.parse(text));
  } catch {
    return false;
  }
}
