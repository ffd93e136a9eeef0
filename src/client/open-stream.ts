import type { PhaseboardError } from "./error";
import { type Http, refusal } from "./http";
import { pause } from "./pause";

/** State shared by the successive connections of one subscription. */
export interface StreamState {
  /** The input for the next connection; it says where to resume. */
  input: unknown;
  /** Number of failed connections in a row. */
  failures: number;
  /** Why the newest of them failed. */
  error: PhaseboardError | null;
}

/** Temporary statuses: the server is starting, or asks to retry later. */
const PASSING = new Set([429, 502, 503, 504]);

/**
 * Opens a subscription's stream for an EventSource, resumed where it broke off and after a growing pause.
 * Throws if a retry may help; else returns a response other than 200, after which the EventSource gives up.
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

/** An EventSource always requests the same address, so the place to resume is set here. */
function withInput(target: string | URL, input: unknown): string {
  const url = new URL(target);
  if (input !== undefined) url.searchParams.set("input", JSON.stringify(input));
  return url.href;
}
