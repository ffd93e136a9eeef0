"use client";

import { useQuery, useQueryClient } from "@tanstack/react-query";
import { getQueryKey } from "@trpc/react-query";
import { type More, useMore } from "../../../components/use-more";
import { followPages, PAGE } from "../../../lib/follow-pages";
import { type ApiError, type Outputs, trpc } from "../../../trpc/react";
import type { WireAttempt, WireDecision } from "../../in-run/ui/wire";

type Client = ReturnType<typeof trpc.useUtils>["client"];

type WireStepDetails = Outputs["steps"]["get"];

/**
 * A step for display: its newest attempts in order, the earlier ones loaded so far, and all decisions and
 * permission requests. `attempts_next_cursor` leads to earlier attempts.
 */
export function useStep(id: string, { enabled = true }: { enabled?: boolean } = {}) {
  const { client } = trpc.useUtils();
  const queries = useQueryClient();
  const queryKey = getQueryKey(trpc.steps.get, { id }, "query");
  return useQuery<WireStepDetails, ApiError>({
    queryKey,
    queryFn: () => readStep(client, id, queries.getQueryData<WireStepDetails>(queryKey)),
    enabled,
  });
}

const keyOf = ({ id }: { id: string }) => id;

async function readStep(
  client: Client,
  id: string,
  known: WireStepDetails | undefined,
): Promise<WireStepDetails> {
  const step = await client.steps.get.query({ id });
  const place = { id, limit: PAGE };
  const [attempts, decisions, requests] = await Promise.all([
    step.attempts_next_cursor === null ? null : newestAttempts(client, id, known?.attempts.length ?? 0),
    followPages<WireDecision>(
      { items: step.decisions, next_cursor: step.decisions_next_cursor },
      (cursor) => client.steps.decisions.query({ ...place, cursor }),
      { keyOf: (each) => `${each.attempt} ${each.created_at} ${each.user_name}` },
    ),
    followPages(
      { items: step.permission_requests, next_cursor: step.permission_requests_next_cursor },
      (cursor) => client.steps.permissionRequests.query({ ...place, cursor }),
      { keyOf },
    ),
  ]);
  return {
    ...step,
    ...(attempts
      ? { attempts: attempts.items.toReversed(), attempts_next_cursor: attempts.next_cursor }
      : {}),
    decisions: decisions.items,
    decisions_next_cursor: decisions.next_cursor,
    permission_requests: requests.items,
    permission_requests_next_cursor: requests.next_cursor,
  };
}

async function newestAttempts(client: Client, id: string, most: number) {
  const place = { id, order: "newest", limit: PAGE } as const;
  const first = await client.steps.attempts.query(place);
  return followPages<WireAttempt>(first, (cursor) => client.steps.attempts.query({ ...place, cursor }), {
    most,
    keyOf,
  });
}

/** Loads earlier attempts. */
export function useEarlierAttempts(id: string, cursor: string | null): More | null {
  const utils = trpc.useUtils();
  return useMore(cursor, async (from) => {
    const input = { id, order: "newest", limit: PAGE, cursor: from } as const;
    const page = await utils.client.steps.attempts.query(input);
    utils.steps.get.setData({ id }, (step) => {
      if (step?.attempts_next_cursor !== from) return step;
      return {
        ...step,
        attempts: [...page.items.toReversed(), ...step.attempts],
        attempts_next_cursor: page.next_cursor,
      };
    });
  });
}
