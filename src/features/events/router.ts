import { tracked } from "@trpc/server";
import { z } from "zod";
import type { ProjectEvent } from "../../events/catalog";
import { Id } from "../../lib/ids";
import { inputOf, NoInput } from "../../lib/input";
import { procedure, router } from "../../trpc/procedures";
import type { EventFeed } from "./queries/event-queue";
import { followAll } from "./queries/follow-all";
import { followProject } from "./queries/follow-project";
import { getHead } from "./queries/get-head";

export const eventsRouter = router({
  /** The event number to follow from; ask for it before reading rows. */
  head: procedure
    .input(inputOf({ project_id: Id }))
    .output(z.object({ id: z.number().int() }))
    .query(({ ctx, input }) => getHead(ctx, input)),
  /** Every event of the project, once and in order, from the one after `lastEventId`. */
  onProject: procedure
    .input(
      inputOf({
        project_id: Id,
        /** tRPC's name for this field: its client fills it in when it reconnects. */
        lastEventId: z.coerce.number().int().min(0).nullish(),
      }),
    )
    // Check rights before the stream opens, so that a refusal is an ordinary error.
    .subscription(async ({ ctx, input, signal }) => {
      const stop = signal ?? new AbortController().signal;
      return trackedEvents(await followProject(ctx, input.project_id, input.lastEventId ?? null, stop));
    }),
  /** What happens from now on in all of one's projects. Events have no ids: it begins by telling to read what is shown. */
  onAll: procedure
    .input(NoInput)
    .subscription(async ({ ctx, signal }) =>
      trackedEvents(await followAll(ctx, signal ?? new AbortController().signal)),
    ),
});

async function* trackedEvents(feed: EventFeed) {
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
