import type { Calls } from "./calls";
import type { SubscriptionHandlers, Unsubscribable } from "./contract";
import { PhaseboardError, toPhaseboardError } from "./error";
import type { StreamState } from "./open-stream";
import { pause } from "./pause";
import { type Input, RESUME } from "./resume";

/** Error codes after which a retry may succeed. */
const PASSING = new Set(["NETWORK", "SERVICE_UNAVAILABLE", "TOO_MANY_REQUESTS", "INTERNAL_SERVER_ERROR"]);

/**
 * Follows a subscription over any number of connections, so that each item comes once. A stream that ends
 * without its last item is opened again: either it was cut, or the right to read was lost and the next
 * connection is refused.
 */
export function subscribe(
  calls: Calls,
  path: string,
  given: unknown,
  handlers: SubscriptionHandlers<unknown>,
): Unsubscribable {
  const resume = RESUME[path];
  if (!resume) throw new TypeError(`There is no subscription ${path}.`);
  const stop = new AbortController();
  const state: StreamState = { input: given, failures: 0, error: null };
  const end = (tell?: () => void) => {
    if (stop.signal.aborted) return;
    stop.abort();
    handlers.signal?.removeEventListener("abort", unsubscribe);
    tell?.();
  };
  const unsubscribe = () => end();
  const fail = (error: PhaseboardError) => end(() => handlers.onError?.(error));

  let told: "connecting" | "open" | undefined;
  const tellConnection = (connection: "connecting" | "open") => {
    if (stop.signal.aborted || (connection === told && !state.error)) return;
    told = connection;
    handlers.onConnection?.({ state: connection, error: state.error });
  };

  const findStart = async () => {
    const { start } = resume;
    while (start?.isNeeded(state.input as Input)) {
      try {
        const input = state.input as Input;
        const answer = await calls.query(start.path, start.question(input), { signal: stop.signal });
        state.input = start.apply(input, answer);
      } catch (error) {
        if (!(error instanceof PhaseboardError && PASSING.has(error.code))) throw error;
        state.error = error;
        tellConnection("connecting");
        await pause(++state.failures, stop.signal);
      }
    }
  };

  const connect = () => {
    let isOver = false;
    calls.trpc.subscription(path, state.input, {
      signal: stop.signal,
      context: { stream: state },
      onData: (item) => {
        if (stop.signal.aborted) return;
        const data = resume.dataOf(item);
        state.input = resume.advance(state.input as Input, data);
        state.failures = 0;
        isOver = resume.isLast(data);
        try {
          handlers.onData?.(data);
        } catch (error) {
          // An error thrown by the caller's handler is reported as uncaught, not as an error of the stream.
          queueMicrotask(() => {
            throw error;
          });
        }
      },
      onConnectionStateChange: ({ state: now }) => {
        if (now !== "idle") tellConnection(now === "pending" ? "open" : "connecting");
      },
      onError: (error) => fail(state.error ?? toPhaseboardError(error, path)),
      onComplete: () => {
        if (isOver) end(() => handlers.onComplete?.());
        else if (!stop.signal.aborted) pause(++state.failures, stop.signal).then(connect, () => {});
      },
    });
  };

  if (handlers.signal?.aborted) stop.abort();
  else handlers.signal?.addEventListener("abort", unsubscribe, { once: true });
  tellConnection("connecting");
  findStart().then(connect, (error) => fail(toPhaseboardError(error, path)));
  return { unsubscribe };
}
