import { tidyName } from "../../engine/definition/run-name";
import type { CompiledWebhook } from "../../engine/definition/trigger-types";
import {
  type DeliveryScope,
  deliveryCondition,
  deliveryScope,
  ExpressionError,
  evaluateDelivery,
} from "../../engine/expressions/delivery";
import { AppError } from "../../lib/errors";
import { parseForeignJson } from "../../lib/parse-foreign-json";
import { JsonFault } from "../../lib/parse-json";
import { ADDRESS_HEADER, PATH_HEADER } from "../../lib/request-headers";
import { unpack } from "./unpack";

/** A request that somebody sent to a webhook. */
export interface Delivery {
  headers: Headers;
  query: URLSearchParams;
  /** The raw body, over which the signature is computed. */
  body: Buffer;
}

/** Headers that expressions cannot read: credentials, and those that our own server adds. */
const HIDDEN = new Set([
  ...["authorization", "cookie", "proxy-authorization", "x-hub-signature", "x-hub-signature-256"],
  ...["x-phaseboard-signature", ADDRESS_HEADER, PATH_HEADER],
]);

/** The run for which a delivery asks. */
export interface WantedRun {
  args: Record<string, unknown>;
  /** The value of the webhook's `run_name`; null if there is none or it is empty. */
  name: string | null;
}

/**
 * The run for which a delivery asks; null if the webhook's `if` is false. A null arg is left out, so its
 * default applies. Throws BAD_REQUEST that names what cannot be computed, PAYLOAD_TOO_LARGE if the unpacked
 * body is too large.
 */
export async function wantedRun(
  { args, if: condition, run_name }: CompiledWebhook,
  { headers, query, body }: Delivery,
): Promise<WantedRun | null> {
  const bytes = await unpack(headers.get("content-encoding"), body);
  const sent = {
    body: payloadOf(headers.get("content-type") ?? "", bytes),
    headers: Object.fromEntries([...headers].filter(([name]) => !HIDDEN.has(name))),
    query: valuesOf(query),
  };
  const scope = compute("body", () => deliveryScope(sent));
  if (condition !== null && !compute("if", () => deliveryCondition(condition, scope))) return null;
  const filled = Object.entries(args).map(
    ([name, value]) => [name, fill(value, `args.${name}`, scope)] as const,
  );
  const named = run_name === undefined ? null : fill(run_name, "run_name", scope);
  return {
    args: Object.fromEntries(filled.filter(([, value]) => value !== null)),
    name: named === null ? null : tidyName(typeof named === "string" ? named : JSON.stringify(named)),
  };
}

/** Parses a body: JSON as its value, a form as a map of texts and lists, else as text, an empty one as null. */
function payloadOf(type: string, body: Buffer): unknown {
  if (body.length === 0) return null;
  const text = compute("body", () => decode(body));
  if (/^application\/x-www-form-urlencoded\b/i.test(type)) {
    const form = valuesOf(new URLSearchParams(text));
    return payloadField(form) ?? form;
  }
  if (!/^[\w.-]+\/(?:[\w.+-]+\+)?json\s*(?:;|$)/i.test(type)) return text;
  try {
    return parseForeignJson(text);
  } catch (error) {
    if (error instanceof JsonFault) return refuse("body", error.message);
    return refuse("body", "is not valid JSON");
  }
}

/** GitHub and others can send their JSON as a form with the single field `payload`. */
function payloadField({ payload, ...more }: Record<string, unknown>): object | null {
  if (typeof payload !== "string" || Object.keys(more).length > 0) return null;
  try {
    const value = parseForeignJson(payload);
    return typeof value === "object" ? value : null;
  } catch {
    return null;
  }
}

/** The values by key; a repeated key gives a list. */
function valuesOf(given: URLSearchParams): Record<string, string | string[]> {
  const values = new Map<string, string[]>();
  for (const [key, value] of given) values.set(key, [...(values.get(key) ?? []), value]);
  return Object.fromEntries(
    [...values].map(([key, [first = "", ...more]]) => [key, more.length > 0 ? [first, ...more] : first]),
  );
}

function decode(body: Buffer): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(body);
  } catch {
    return refuse("body", "is not valid UTF-8");
  }
}

function fill(value: unknown, path: string, scope: DeliveryScope): unknown {
  if (typeof value === "string") return compute(path, () => evaluateDelivery(value, scope));
  if (Array.isArray(value)) return value.map((item, index) => fill(item, `${path}[${index}]`, scope));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, fill(item, `${path}.${key}`, scope)]),
  );
}

function compute<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof ExpressionError) refuse(path, `cannot be computed: ${error.message}`);
    throw error;
  }
}

function refuse(path: string, message: string): never {
  throw new AppError("BAD_REQUEST", `${path} ${message}.`, [{ path, message }]);
}
