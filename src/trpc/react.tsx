"use client";

import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import {
  httpBatchLink,
  httpLink,
  httpSubscriptionLink,
  splitLink,
  TRPCClientError,
  type TRPCClientErrorLike,
  type TRPCLink,
} from "@trpc/client";
import { createTRPCReact } from "@trpc/react-query";
import type { inferRouterOutputs } from "@trpc/server";
import { type ReactNode, useState } from "react";
import type { AppRouter } from "../api/router";
import { fetchApi } from "../lib/foreign-answer";
import { sameAgain } from "./same-again";
import { wholeLists } from "./whole-lists";

export const trpc = createTRPCReact<AppRouter>();

/** What each procedure answers, as it arrives. */
export type Outputs = inferRouterOutputs<AppRouter>;

export type ApiError = TRPCClientErrorLike<AppRouter>;

/** HTTP statuses for which a retry cannot succeed. */
const FINAL = new Set([400, 401, 403, 404, 409, 413]);

function mayRetry(failures: number, error: unknown): boolean {
  const status = error instanceof TRPCClientError ? error.data?.httpStatus : undefined;
  return failures < 2 && !(typeof status === "number" && FINAL.has(status));
}

function newQueryClient(): QueryClient {
  return new QueryClient({
    // Events report every change, so data on screen does not become stale by time.
    defaultOptions: { queries: { staleTime: 30_000, retry: mayRetry }, mutations: { retry: false } },
  });
}

/** React Query adds a `direction` to the input of infinite queries, which our lists do not accept. */
const withoutDirection: TRPCLink<AppRouter> =
  () =>
  ({ op, next }) => {
    const { direction: _, ...input } = (op.input ?? {}) as Record<string, unknown>;
    return next("direction" in Object(op.input) ? { ...op, input } : op);
  };

/** What a page says as it is left arrives, too. */
const fetchToTheEnd: typeof fetchApi = (input, init) =>
  fetchApi(input, String(input).includes("/presence.look") ? { ...init, keepalive: true } : init);

function newClient() {
  const url = "/api/trpc";
  return trpc.createClient({
    links: [
      withoutDirection,
      wholeLists,
      sameAgain,
      splitLink({
        condition: ({ type }) => type === "subscription",
        true: httpSubscriptionLink({ url }),
        false: splitLink({
          // Mutations are not batched: an idempotency key belongs to one request, and procedures that guard
          // an account refuse batches.
          condition: ({ type }) => type === "mutation",
          true: httpLink({
            url,
            fetch: fetchToTheEnd,
            headers: ({ op: { context } }) =>
              typeof context.idempotency_key === "string"
                ? { "idempotency-key": context.idempotency_key }
                : {},
          }),
          // The batch size that the server accepts. tRPC's own error for a batch would not say what answered.
          false: httpBatchLink({ url, fetch: fetchApi, maxURLLength: 4000, maxItems: 10 }),
        }),
      }),
    ],
  });
}

/** Provides the typed hooks to the pages. */
export function TrpcProvider({ children }: { children: ReactNode }) {
  const [queryClient] = useState(newQueryClient);
  const [client] = useState(newClient);
  return (
    <trpc.Provider client={client} queryClient={queryClient}>
      <QueryClientProvider client={queryClient}>{children}</QueryClientProvider>
    </trpc.Provider>
  );
}
