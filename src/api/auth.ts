import NextAuth from "next-auth";
import { authOptions } from "../auth/session";
import { AppError, HTTP_STATUS } from "../lib/errors";
import { ownDefault } from "../lib/own-default";
import { ADDRESS_HEADER } from "../lib/request-headers";
import { web } from "../trpc/web";
import { readStranger } from "./body";
import { restError } from "./rest";

/** What of NextAuth's own routes is served: nothing else of it is asked for by a page of ours. */
const SERVED = new Set([
  "GET csrf",
  "GET session",
  "GET providers",
  "POST signin/credentials",
  "POST callback/credentials",
  "POST signout",
]);

/** `/api/auth/…`: sign-in, sign-out and session, which NextAuth answers. */
export async function handleAuth(request: Request): Promise<Response> {
  const url = new URL(request.url);
  const nextauth = url.pathname.replace(/^\/api\/auth\/|\/$/g, "").split("/");
  const route = `${request.method} ${nextauth.join("/")}`;
  if (!SERVED.has(route)) throw new AppError("NOT_FOUND", `There is nothing for ${route}.`);
  const { db, secret, url: own } = web();
  const body = request.method === "POST" ? await readForm(request) : undefined;
  let fault: unknown;
  const options = authOptions(
    db,
    { secret, url: own },
    request.headers.get(ADDRESS_HEADER) ?? "unknown",
    (error) => {
      fault = error;
    },
  );
  const sink = new Sink();
  const asked = {
    method: request.method,
    headers: Object.fromEntries(request.headers),
    cookies: cookiesOf(request.headers.get("cookie") ?? ""),
    query: { ...Object.fromEntries(url.searchParams), nextauth },
    body,
  };
  await ownDefault(NextAuth)(asked as never, sink as never, options);
  return fault === undefined ? sink.response() : refuse(sink, fault);
}

/** As the browser's side of NextAuth expects it, which reads the fault from an address; and as all our faults are. */
async function refuse(sink: Sink, fault: unknown): Promise<Response> {
  const answer = restError(fault);
  const told = (await answer.json()) as { error: { message: string } };
  const url = `${web().url}/signin?error=${encodeURIComponent(told.error.message)}`;
  const status = fault instanceof AppError ? HTTP_STATUS[fault.code] : answer.status;
  sink.headers.delete("location");
  const headers = new Headers([...answer.headers, ...sink.headers]);
  headers.set("content-type", "application/json; charset=utf-8");
  return new Response(JSON.stringify({ url, ...told }), { status, headers });
}

/** The fields of a form or a JSON object. Throws BAD_REQUEST for anything else. */
async function readForm(request: Request): Promise<Record<string, unknown>> {
  const text = (await readStranger(request)).toString("utf8");
  const type = request.headers.get("content-type") ?? "";
  if (type.startsWith("application/x-www-form-urlencoded"))
    return Object.fromEntries(new URLSearchParams(text));
  try {
    const value: unknown = text.trim() === "" ? {} : JSON.parse(text);
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return { ...value };
  } catch {
    // Named below.
  }
  throw new AppError("BAD_REQUEST", "The body must be a form or a JSON object.");
}

function cookiesOf(header: string): Record<string, string> {
  const pairs = header.split(";").flatMap((part) => {
    const [name = "", ...value] = part.trim().split("=");
    return name ? [[name, decoded(value.join("="))] as const] : [];
  });
  return Object.fromEntries(pairs);
}

function decoded(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}

/** What NextAuth writes its answer to, in the way of Next's own handlers of before. */
class Sink {
  readonly headers = new Headers({ "cache-control": "no-store" });
  private code = 200;
  private body: string | null = null;

  status(code: number): this {
    this.code = code;
    return this;
  }
  getHeader(name: string): string | string[] | undefined {
    return name.toLowerCase() === "set-cookie"
      ? this.headers.getSetCookie()
      : (this.headers.get(name) ?? undefined);
  }
  setHeader(name: string, value: string | string[]): this {
    this.headers.delete(name);
    for (const each of [value].flat()) this.headers.append(name, each);
    return this;
  }
  json(value: unknown): void {
    this.headers.set("content-type", "application/json; charset=utf-8");
    this.body = JSON.stringify(value);
  }
  send(value: unknown): void {
    if (typeof value === "object") this.json(value);
    else this.end(String(value));
  }
  end(text?: string): void {
    this.body = text ?? null;
  }
  response(): Response {
    return new Response(this.body, { status: this.code, headers: this.headers });
  }
}
