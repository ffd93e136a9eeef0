import type { CompiledWebhook } from "../../engine/definition/trigger-types";
import {
  type DeliveryScope,
  deliveryCondition,
  deliveryScope,
  ExpressionError,
  evaluateDelivery,
} from "../../engine/delivery-expressions";
import { AppError } from "../../lib/errors";
import { ADDRESS_HEADER, PATH_HEADER } from "../../lib/request-headers";

/** What somebody sent to a webhook. */
export interface Delivery {
  headers: Headers;
  query: URLSearchParams;
  /** As it came: it is signed byte by byte. */
  body: Buffer;
}

/** Credentials, and what our own server adds. */
const HIDDEN = new Set([
  ...["authorization", "cookie", "proxy-authorization", "x-hub-signature", "x-hub-signature-256"],
  ...["x-phaseboard-signature", ADDRESS_HEADER, PATH_HEADER],
]);

/**
 * The args of the run that a delivery asks for; null where the webhook's `if` is false. An arg that comes to
 * null is left out, so that its default counts. Throws BAD_REQUEST that names what cannot be computed.
 */
export function argsOf(
  { args, if: condition }: CompiledWebhook,
  { headers, query, body }: Delivery,
): Record<string, unknown> | null {
  const sent = {
    body: payloadOf(headers.get("content-type") ?? "", body),
    headers: Object.fromEntries([...headers].filter(([name]) => !HIDDEN.has(name))),
    query: Object.fromEntries(query),
  };
  const scope = compute("body", () => deliveryScope(sent));
  if (condition !== null && !compute("if", () => deliveryCondition(condition, scope))) return null;
  const filled = Object.entries(args).map(
    ([name, value]) => [name, fill(value, `args.${name}`, scope)] as const,
  );
  return Object.fromEntries(filled.filter(([, value]) => value !== null));
}

/** JSON as what it says, a form as a map of texts, anything else as text, nothing as null. */
function payloadOf(type: string, body: Buffer): unknown {
  if (body.length === 0) return null;
  const text = compute("body", () => decode(body));
  if (/^application\/x-www-form-urlencoded\b/i.test(type))
    return Object.fromEntries(new URLSearchParams(text));
  if (!/^application\/([\w.+-]+\+)?json\b/i.test(type)) return text;
  try {
    return JSON.parse(text);
  } catch {
    return refuse("body", "is not valid JSON");
  }
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
