import { messageOf } from "../../lib/errors";
import { isRecord } from "../../lib/is-record";
import { perProcess } from "../../lib/per-process";

/** `unknown`: nobody has looked yet. */
export type ProviderState = "ok" | "down" | "unknown";

/** How long an answer counts, in milliseconds. */
const FRESH_MS = 30_000;
/** The provider has so long to answer, body included. */
const PATIENCE_MS = 3_000;

interface Known {
  state: ProviderState;
  at: number;
  looking: Promise<void> | null;
}

const known = () =>
  perProcess(
    "provider state",
    (): Known => ({ state: "unknown", at: Number.NEGATIVE_INFINITY, looking: null }),
  );

/** Why the provider cannot be used, by what its discovery answers now; null where it can. */
export async function findProviderFault(issuer: string): Promise<string | null> {
  const address = `${issuer}/.well-known/openid-configuration`;
  try {
    const answer = await fetch(address, { signal: AbortSignal.timeout(PATIENCE_MS) });
    if (!answer.ok) return `${address} answers ${answer.status}`;
    const found: unknown = await answer.json().catch(() => null);
    if (!isRecord(found) || typeof found.issuer !== "string")
      return `${address} is no OpenID Connect discovery`;
    const named = found.issuer.replace(/\/$/, "");
    return named === issuer ? null : `the provider calls itself ${named}, not ${issuer}`;
  } catch (error) {
    const cause = error instanceof Error && error.cause ? messageOf(error.cause) : messageOf(error);
    return `${address} does not answer: ${cause}`;
  }
}

/**
 * Whether the provider answers, as last seen. Never waits: an answer that is old has it looked at again for the next
 * who asks.
 */
export function providerState(issuer: string): ProviderState {
  const last = known();
  if (performance.now() - last.at > FRESH_MS && last.looking === null) {
    last.looking = findProviderFault(issuer).then((fault) => {
      Object.assign(last, { state: fault === null ? "ok" : "down", at: performance.now(), looking: null });
    });
  }
  return last.state;
}

/** What a sign-in has just found of it, so that the next page says so. */
export function noteProviderState(state: "ok" | "down"): void {
  Object.assign(known(), { state, at: performance.now() });
}
