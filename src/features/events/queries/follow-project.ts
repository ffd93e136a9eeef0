import { eq } from "drizzle-orm";
import { authorizeProject, type Caller } from "../../../auth/scope";
import { watchAccess } from "../../../auth/watch-access";
import type { ReadDb } from "../../../db/client";
import { projects } from "../../../db/schema/projects";
import type { EventType } from "../../../events/catalog";
import { type HubEvent, hubOf, readEvents } from "../../../events/hub";
import { AppError } from "../../../lib/errors";
import { type EventFeed, EventQueue, inboxChanged } from "./event-queue";

const REPLAY_PAGE = 500;

/**
 * A project's events in order, each once: those after `last_event_id` from their rows, then live ones;
 * without an id only live ones. Where retention has taken some of the former, `workflow.events.swept` says so first. Ends on `signal`, for a slow reader, and when the caller loses the right to
 * read. Throws as `authorizeProject`, and BAD_REQUEST for an id in the future.
 */
export async function followProject(
  caller: Caller,
  project_id: string,
  last_event_id: number | null,
  signal: AbortSignal,
): Promise<EventFeed> {
  await authorizeProject(caller, project_id, "project:read");
  const queue = new EventQueue();
  const endWatch = watchAccess(caller, project_id, () => queue.end());
  const { seq, leave } = await hubOf(caller.db)
    .join(project_id, (events) => queue.push(events))
    .catch((error: unknown) => {
      endWatch();
      throw error;
    });
  const leaveInbox = hubOf(caller.db).onInbox(caller.actor.user_id, () =>
    queue.push([inboxChanged(project_id)]),
  );
  const close = () => {
    queue.end();
    leaveInbox();
    endWatch();
    leave();
    signal.removeEventListener("abort", close);
  };
  signal.addEventListener("abort", close, { once: true });
  if (signal.aborted) close();
  if (last_event_id !== null && last_event_id > seq) {
    close();
    throw new AppError(
      "BAD_REQUEST",
      `The project has no event ${last_event_id} yet. Connect without a last id.`,
    );
  }
  const next = replayThenFollow(caller.db, project_id, last_event_id ?? seq, seq, queue);
  return { next, close };
}

function replayThenFollow(
  db: ReadDb,
  project_id: string,
  after: number,
  joinedAt: number,
  queue: EventQueue,
): () => Promise<HubEvent[] | null> {
  let sent = after;
  return async () => {
    if (sent < joinedAt && !queue.ended) {
      const rows = await readEvents(db, project_id, sent, REPLAY_PAGE);
      // Numbers have no gaps but those of retention, which leaves single events behind it.
      if (rows.some(({ id }, at) => id !== sent + 1 + at) || rows.length === 0) {
        const swept = await readSwept(db, project_id);
        if (swept > sent) {
          sent = swept;
          const json = JSON.stringify({ project_id });
          return [{ id: swept, type: "workflow.events.swept" satisfies EventType, json }];
        }
      }
      const last = rows.at(-1)?.id;
      if (last) {
        sent = last;
        return rows;
      }
    }
    for (;;) {
      const events = await queue.take();
      if (!events) return null;
      const fresh = events.filter((event) => event.id === null || event.id > sent);
      sent = fresh.findLast((event) => event.id !== null)?.id ?? sent;
      if (fresh.length > 0) return fresh;
    }
  };
}

/** Number of the newest event that may be gone by retention. */
async function readSwept(db: ReadDb, project_id: string): Promise<number> {
  const [project] = await db
    .select({ swept: projects.events_swept })
    .from(projects)
    .where(eq(projects.id, project_id));
  return project?.swept ?? 0;
}
