import { tracked } from "@trpc/server";
import { z } from "zod";
import type { ProjectEvent } from "../../events/catalog";
import { Id } from "../../lib/ids";
import { inputOf } from "../../lib/input";
import { procedure, router } from "../../trpc/procedures";
import { followProject, type ProjectFeed } from "./queries/follow-project";
import { getHead } from "./queries/get-head";

export const eventsRouter = router({
  /** Where to follow from, asked for before the rows are read. */
  head: procedure
    .input(inputOf({ project_id: Id }))
    .output(z.object({ id: z.number().int() }))
    .query(({ ctx, input }) => getHead(ctx, input)),
  /** Every event of the project, once and in order, from the one after `lastEventId`. */
  onProject: procedure
    .input(
      inputOf({
        project_id: Id,
        /** tRPC's own name: its link fills it in when it connects again. */
        lastEventId: z.coerce.number().int().min(0).nullish(),
      }),
    )
    // The gate answers before the stream opens, so a refusal is an error of its own.
    .subscription(async ({ ctx, input, signal }) => {
      const stop = signal ?? new AbortController().signal;
      return trackedEvents(await followProject(ctx, input.project_id, input.lastEventId ?? null, stop));
    }),
});

async function* trackedEvents(feed: ProjectFeed) {
  try {
    for (let events = await feed.next(); events; events = await feed.next()) {
      for (const { id, type, json } of events) {
        const event = { id, type, data: JSON.parse(json) } as ProjectEvent;
        yield id === null ? event : tracked(String(id), event);
      }
    }
  } finally {
    feed.close();
  }
}
