import type { Actor } from "../../auth/actor";
import { AppError } from "../../lib/errors";
import { NoInput } from "../../lib/input";
import { isRecord } from "../../lib/is-record";
import { JsonFault, parseJson } from "../../lib/parse-json";
import { lossyBody, readBodyOf } from "../transfer/body";

/** Whether a call by this method takes its fields in the body; else in the query. */
export const takesBody = (method: string) => method !== "GET" && method !== "DELETE";

/** Each parameter once; a value that is given twice has no meaning here. Throws BAD_REQUEST that names it. */
export function queryOf(params: URLSearchParams): Record<string, string> {
  const twice = [...params.keys()].find((name) => params.getAll(name).length > 1);
  if (twice !== undefined) {
    throw new AppError("BAD_REQUEST", `The query gives ${twice} more than once. Give it once.`, [
      { path: twice, message: "is given more than once" },
    ]);
  }
  return Object.fromEntries(params);
}

/** For an address that takes no parameters. Throws BAD_REQUEST (a ZodError) that names one. */
export function refuseQuery({ url }: Request): void {
  NoInput.parse(queryOf(new URL(url).searchParams));
}

/**
 * The query as the library reads it, which lets go of what is empty: a field that the call does not have stays, so
 * that it is refused. Throws BAD_REQUEST that names a parameter where the fields go in the body.
 */
export function queryFor(method: string, params: URLSearchParams, known: readonly string[]): object {
  const query = queryOf(params);
  const [name] = Object.keys(query);
  if (takesBody(method) && name !== undefined) {
    throw new AppError(
      "BAD_REQUEST",
      `${name} is no parameter of this query. Send fields in the body, as JSON.`,
      [{ path: name, message: "is no parameter of this query; fields go in the body" }],
    );
  }
  const kept = Object.entries(query).map(([key, value]) => [key, known.includes(key) ? value : [value]]);
  return Object.fromEntries(kept);
}

/**
 * The JSON object of the body, {} where there is none; undefined where a method takes none. Throws AppError for
 * anything else, for too much, and for a field that says something else than the address, which nobody would hear.
 */
export async function bodyFor(
  actor: Actor | null,
  request: Request,
  inPath: Readonly<Record<string, string>>,
): Promise<object | undefined> {
  if (request.method === "DELETE") await refuseBody(actor, request);
  if (!takesBody(request.method)) return undefined;
  const body = await readJson(actor, request);
  for (const [name, value] of Object.entries(body)) {
    const said = Object.hasOwn(inPath, name) ? inPath[name] : undefined;
    if (said === undefined || decodeURIComponent(said) === value) continue;
    throw new AppError(
      "BAD_REQUEST",
      `${name} says something else than the address. Leave it out of the body.`,
      [{ path: name, message: "says something else than the address" }],
    );
  }
  return body;
}

async function refuseBody(actor: Actor | null, request: Request): Promise<void> {
  const text = (await readBodyOf(actor, request)).toString("utf8").trim();
  if (text === "" || text === "{}") return;
  throw new AppError("BAD_REQUEST", "A DELETE takes no body. Send its fields as parameters of the query.");
}

/** The JSON object of the body, {} where there is none. Throws AppError for anything else, or too much. */
async function readJson(actor: Actor | null, request: Request): Promise<object> {
  const text = (await readBodyOf(actor, request)).toString("utf8");
  if (text.trim() === "") return {};
  const type = request.headers.get("content-type") ?? "";
  if (!/^application\/([\w.+-]+\+)?json\b/i.test(type)) {
    throw new AppError("BAD_REQUEST", `The body must be application/json, not ${type || "without a type"}.`);
  }
  try {
    const value: unknown = parseJson(text);
    if (isRecord(value)) return value;
  } catch (error) {
    if (error instanceof JsonFault) throw lossyBody(error);
    // Named below, without the parser's words.
  }
  throw new AppError("BAD_REQUEST", "The body must be a JSON object.");
}
