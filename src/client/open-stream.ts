import type { PhaseboardError } from "./error";
import { type Http, refusal } from "./http";
import { pause } from "./pause";

/** What the connections of one subscription share. */
export interface StreamState {
  /** As the next connection sends it, with how far this one came. */
  input: unknown;
  /** Connections in a row that failed. */
  failures: number;
  /** What the newest of them failed for. */
  error: PhaseboardError | null;
}

/** Statuses that pass: the server starts, or asks to come later. */
const PASSING = new Set([429, 502, 503, 504]);

/**
 * Opens a subscription's stream for an EventSource: anew from where it broke off, with the token, and longer
 * and longer after the last try. It throws where another try may help, and gives an answer that is not 200,
 * upon which the EventSource gives up, where none will.
 */
export async function openStream(
  http: Http,
  path: string,
  state: StreamState,
  target: string | URL,
  init: { signal?: AbortSignal | null | undefined; headers: Record<string, string> },
): Promise<Response> {
  const signal = init.signal ?? undefined;
  if (state.failures > 0) await pause(state.failures, signal);
  try {
    const response = await http.send(path, withInput(target, state.input), {
      ...init,
      signal,
      headers: { accept: "text/event-stream", ...(await http.authorization()) },
    });
    const isStream = response.headers.get("content-type")?.startsWith("text/event-stream");
    if (response.ok && isStream) {
      state.failures = 0;
      state.error = null;
      return response;
    }
    const error = await refusal(response, path);
    if (PASSING.has(response.status)) throw error;
    state.error = error;
    return new Response(null, { status: response.ok ? 406 : response.status });
  } catch (error) {
    signal?.throwIfAborted();
    state.failures++;
    state.error = error as PhaseboardError;
    throw error;
  }
}

/** An EventSource asks for the same address for ever; where to go on from stands in the input. */
function withInput(target: string | URL, input: unknown): string {
  const url = new URL(target);
  if (input !== undefined) url.searchParams.set("input", JSON.stringify(input));
  return url.href;
}
