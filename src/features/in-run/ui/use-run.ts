"use client";

import { useQuery, useQueryClient } from "@tanstack/react-query";
import { getQueryKey } from "@trpc/react-query";
import { type More, useMore } from "../../../components/use-more";
import { followPages, PAGE } from "../../../lib/follow-pages";
import { type ApiError, trpc } from "../../../trpc/react";
import type { WireRun } from "./wire";

type Client = ReturnType<typeof trpc.useUtils>["client"];

/** The most artifacts that are loaded without being asked for. */
const MOST_ARTIFACTS = 2_000;

/**
 * A run for its page: all of its steps, its newest comments in order, and the earlier ones loaded so far.
 * `comments_next_cursor` leads to earlier comments, `artifacts_next_cursor` to more artifacts.
 */
export function useRun(id: string) {
  const { client } = trpc.useUtils();
  const queries = useQueryClient();
  const queryKey = getQueryKey(trpc.runs.get, { id }, "query");
  return useQuery<WireRun, ApiError>({
    queryKey,
    queryFn: () => readRun(client, id, queries.getQueryData<WireRun>(queryKey)),
  });
}

const keyOf = ({ id }: { id: string }) => id;

async function readRun(client: Client, id: string, known: WireRun | undefined): Promise<WireRun> {
  const run = await client.runs.get.query({ id });
  const place = { run_id: id, limit: PAGE };
  const [steps, comments, artifacts] = await Promise.all([
    followPages(
      { items: run.steps as WireRun["steps"], next_cursor: run.steps_next_cursor },
      (cursor) => client.steps.list.query({ ...place, cursor }),
      { keyOf },
    ),
    run.comments_next_cursor === null ? null : newestComments(client, id, known?.comments.length ?? 0),
    followPages(
      { items: run.artifacts, next_cursor: run.artifacts_next_cursor },
      (cursor) => client.artifacts.list.query({ ...place, cursor }),
      { most: Math.max(MOST_ARTIFACTS, known?.artifacts.length ?? 0), keyOf },
    ),
  ]);
  return {
    ...run,
    steps: steps.items,
    steps_next_cursor: steps.next_cursor,
    ...(comments
      ? { comments: comments.items.toReversed(), comments_next_cursor: comments.next_cursor }
      : {}),
    artifacts: artifacts.items,
    artifacts_next_cursor: artifacts.next_cursor,
  };
}

async function newestComments(client: Client, run_id: string, most: number) {
  const place = { run_id, order: "newest", limit: PAGE } as const;
  const first = await client.comments.list.query(place);
  return followPages(first, (cursor) => client.comments.list.query({ ...place, cursor }), { most, keyOf });
}

/** Loads earlier comments. */
export function useEarlierComments({ id, comments_next_cursor: cursor }: WireRun): More | null {
  const utils = trpc.useUtils();
  return useMore(cursor, async (from) => {
    const input = { run_id: id, order: "newest", limit: PAGE, cursor: from } as const;
    const page = await utils.client.comments.list.query(input);
    utils.runs.get.setData({ id }, (run) => {
      if (run?.comments_next_cursor !== from) return run;
      return {
        ...run,
        comments: [...page.items.toReversed(), ...run.comments],
        comments_next_cursor: page.next_cursor,
      };
    });
  });
}

/** Loads more artifacts. */
export function useMoreArtifacts({ id, artifacts_next_cursor: cursor }: WireRun): More | null {
  const utils = trpc.useUtils();
  return useMore(cursor, async (from) => {
    const page = await utils.client.artifacts.list.query({ run_id: id, limit: PAGE, cursor: from });
    utils.runs.get.setData({ id }, (run) => {
      if (run?.artifacts_next_cursor !== from) return run;
      return {
        ...run,
        artifacts: [...run.artifacts, ...page.items],
        artifacts_next_cursor: page.next_cursor,
      };
    });
  });
}
