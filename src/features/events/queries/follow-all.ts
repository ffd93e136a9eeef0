import type { Caller } from "../../../auth/scope";
import { ownProjects, watchAccess } from "../../../auth/watch-access";
import type { EventType } from "../../../events/catalog";
import { type HubEvent, hubOf } from "../../../events/hub";
import { type EventFeed, EventQueue, inboxChanged } from "./event-queue";

/** Of all projects: it has no project's id. */
const OF_ALL = "";
const READ_ALL: HubEvent = {
  id: null,
  type: "workflow.events.swept" satisfies EventType,
  json: JSON.stringify({ project_id: OF_ALL }),
};

/**
 * What happens from now on in all projects of the caller. Events have no ids here, since each project counts its own:
 * nothing is resumed, so a reader is told first that it reads what it shows. Ends on `signal`, for a slow reader, and when
 * the caller's projects are others.
 */
export async function followAll(caller: Caller, signal: AbortSignal): Promise<EventFeed> {
  const all = await ownProjects(caller);
  const hub = hubOf(caller.db);
  const queue = new EventQueue();
  const leaves = [watchAccess(caller, { all }, () => queue.end())];
  const close = () => {
    queue.end();
    for (const leave of leaves.splice(0)) leave();
    signal.removeEventListener("abort", close);
  };
  signal.addEventListener("abort", close, { once: true });
  leaves.push(hub.onInbox(caller.actor.user_id, () => queue.push([inboxChanged(OF_ALL)])));
  const joins = all.map(async (project_id) => {
    const { leave } = await hub.join(project_id, (events) =>
      queue.push(events.map((event) => ({ ...event, id: null }))),
    );
    if (queue.ended) leave();
    else leaves.push(leave);
  });
  await Promise.all(joins).catch((error: unknown) => {
    close();
    throw error;
  });
  if (signal.aborted) close();
  queue.push([READ_ALL]);
  return { next: () => queue.take(), close };
}
