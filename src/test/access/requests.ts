import type { AnyProcedure } from "@trpc/server";
import { restProcedures } from "../../api/rest/procedures";
import { appRouter } from "../../api/router";
import { askRoute, routesByHand } from "../routes";
import type { Way } from "./people";
import { HAND_WRITTEN, PROCEDURES, type Row } from "./table";

const ORIGIN = "http://127.0.0.1:3000";

type Input = Record<string, unknown>;

interface Refusal {
  message: string;
  details?: { path: string; message: string }[];
}

/** What came back: its status, and what is in `data` or `error` where it is JSON. */
export interface Outcome {
  status: number;
  data: unknown;
  error?: Refusal | undefined;
}

/** Something that can be called: a procedure by one of its two ways, or a route. */
export interface Target {
  name: string;
  row: Row;
  /** What who is let in gets. */
  answers: number;
  writes: boolean;
  send(input: Input, way: Way): Promise<Outcome>;
}

const procedures = Object.entries(appRouter._def.procedures as unknown as Record<string, AnyProcedure>);
export const PROCEDURE_NAMES = procedures.map(([name]) => name);
export const ROUTE_NAMES = routesByHand();

/** Each row of the table with each way to call it. */
export function targets(): Target[] {
  const byTrpc = procedures.flatMap(([name, { _def }]): Target[] => {
    const row = PROCEDURES[name];
    const { type } = _def;
    const send = (input: Input, way: Way) => ask(trpcRequest(name, type, input, way));
    return row
      ? [{ name: `${name} by tRPC`, row, answers: row.answers ?? 200, writes: type === "mutation", send }]
      : [];
  });
  const byRest = restProcedures().flatMap(({ name, openapi, meta, procedure }): Target[] => {
    const row = PROCEDURES[name];
    const answers = row?.answers ?? (meta.created ? 201 : 200);
    const send = (input: Input, way: Way) =>
      ask(restRequest(openapi.method, `/api${openapi.path}`, input, way));
    const writes = procedure._def.type === "mutation";
    return row ? [{ name: `${name} by REST`, row, answers, writes, send }] : [];
  });
  const byHand = Object.entries(HAND_WRITTEN).map(([name, row]): Target => {
    const [method = "", path = ""] = name.split(" ");
    const send = (input: Input, way: Way) => ask(restRequest(method, path, input, way, row.file));
    const writes = method !== "GET" && method !== "HEAD";
    return { name, row, answers: row.answers ?? (method === "POST" ? 201 : 200), writes, send };
  });
  return [...byTrpc, ...byRest, ...byHand];
}

function trpcRequest(name: string, type: string, input: Input, way: Way): Request {
  const url = `${ORIGIN}/api/trpc/${name}`;
  if (type !== "mutation") {
    return new Request(`${url}?input=${encodeURIComponent(JSON.stringify(input))}`, { headers: way });
  }
  return jsonRequest("POST", url, input, way);
}

function restRequest(method: string, path: string, input: Input, way: Way, file?: string): Request {
  const rest = { ...input };
  const filled = path.replaceAll(/\{(\w+)\}/g, (_, key: string) => {
    const value = String(rest[key]);
    delete rest[key];
    return encodeURIComponent(value);
  });
  const url = `${ORIGIN}${filled}`;
  if (file !== undefined) {
    const form = new FormData();
    for (const [key, value] of Object.entries(rest)) form.set(key, String(value));
    form.set("file", new Blob([file]), "file.txt");
    return new Request(url, { method, headers: way, body: form });
  }
  if (method === "GET" || method === "HEAD" || method === "DELETE") {
    const query = new URLSearchParams(Object.entries(rest).map(([key, value]) => [key, String(value)]));
    return new Request(`${url}?${query}`, { method, headers: way });
  }
  return jsonRequest(method, url, rest, way);
}

function jsonRequest(method: string, url: string, input: Input, way: Way): Request {
  const headers = { ...way, "content-type": "application/json" };
  return new Request(url, { method, headers, body: JSON.stringify(input) });
}

async function ask(given: Request): Promise<Outcome> {
  const stop = new AbortController();
  const response = await askRoute(new Request(given, { signal: stop.signal }));
  const { status, headers } = response;
  const type = headers.get("content-type") ?? "";
  if (type.startsWith("application/json")) {
    // What a step gave may be null itself.
    const body = ((await response.json()) ?? {}) as Body;
    return { status, data: body.result ? body.result.data : body.data, error: refusalOf(body.error) };
  }
  // A subscription of tRPC is refused in its stream.
  const isTold = type.startsWith("text/event-stream") && given.url.includes("/api/trpc/");
  const first = isTold ? await firstEvent(response) : "";
  stop.abort();
  if (!isTold) await response.body?.cancel();
  const refused = /^event: serialized-error\ndata: (.*)$/m.exec(first)?.[1];
  if (!refused) return { status, data: undefined };
  const error = JSON.parse(refused) as TrpcError;
  return { status: error.data.httpStatus, data: undefined, error: refusalOf(error) };
}

interface TrpcError {
  message: string;
  data: { httpStatus: number; details?: Refusal["details"] };
}

interface Body {
  data?: unknown;
  result?: { data?: unknown };
  error?: Refusal | TrpcError;
}

/** Both ways tell the same. */
function refusalOf(error: Body["error"]): Refusal | undefined {
  return error && "data" in error ? { message: error.message, ...error.data } : error;
}

/** What a stream sends up to its first event that tells something. */
async function firstEvent(response: Response): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  for await (const bytes of response.body ?? []) {
    text += decoder.decode(bytes as Uint8Array, { stream: true });
    if (/^data: .*[^{}].*$/m.test(text.replace(/^event: (connected|ping)\ndata: .*$/gm, ""))) break;
  }
  return text;
}
