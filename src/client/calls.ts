import { createTRPCUntypedClient, httpLink, httpSubscriptionLink, splitLink } from "@trpc/client";
import type { AnyRouter } from "@trpc/server";
import { EventSource } from "eventsource";
import type { CallOptions, MutationOptions } from "./contract";
import { toPhaseboardError } from "./error";
import { type Http, refusal } from "./http";
import { openStream, type StreamState } from "./open-stream";

/** Calls procedures by their path, over tRPC. */
export interface Calls {
  query(path: string, input: unknown, options?: CallOptions): Promise<unknown>;
  mutate(path: string, input: unknown, options?: MutationOptions): Promise<unknown>;
  trpc: TrpcClient;
}

export type TrpcClient = ReturnType<typeof createTrpc>;

interface CallContext extends Record<string, unknown> {
  idempotencyKey?: string;
}

function createTrpc(http: Http) {
  const url = `${http.url}/api/trpc`;
  return createTRPCUntypedClient<AnyRouter>({
    links: [
      splitLink({
        condition: ({ type }) => type === "subscription",
        true: httpSubscriptionLink({
          url,
          EventSource,
          eventSourceOptions: ({ op }) => ({
            fetch: (target, init) =>
              openStream(http, op.path, op.context.stream as StreamState, target, init),
          }),
        }),
        // Calls are not batched: an Idempotency-Key belongs to one request.
        false: httpLink({
          url,
          fetch: async (target, init) => {
            const response = await http.fetch(target, init as RequestInit);
            if (response.headers.get("content-type")?.startsWith("application/json")) return response;
            // Throw our own error: tRPC's would only say that the text is no JSON, without the status.
            throw await refusal(response, /([^/?]*)(?:\?|$)/.exec(String(target))?.[1] ?? "");
          },
          headers: async ({ op }) => {
            const { idempotencyKey } = op.context as CallContext;
            const own = idempotencyKey === undefined ? {} : { "idempotency-key": idempotencyKey };
            return { ...(await http.authorization()), ...own };
          },
        }),
      }),
    ],
  });
}

export function createCalls(http: Http): Calls {
  const trpc = createTrpc(http);
  const call = async (
    kind: "query" | "mutation",
    path: string,
    input: unknown,
    { signal, idempotencyKey }: MutationOptions = {},
  ) => {
    signal?.throwIfAborted();
    try {
      return await trpc[kind](path, input ?? {}, { signal, context: { idempotencyKey } });
    } catch (error) {
      signal?.throwIfAborted();
      throw toPhaseboardError(error, path);
    }
  };
  return {
    trpc,
    query: (path, input, options) => call("query", path, input, options),
    mutate: (path, input, options) => call("mutation", path, input, options),
  };
}
