import { type InfiniteData, matchQuery, type Query, type QueryClient } from "@tanstack/react-query";
import { getQueryKey } from "@trpc/react-query";
import { announce } from "../../../components/announcer";
import type { ProjectEvent } from "../../../events/catalog";
import { type Outputs, trpc } from "../../../trpc/react";
import { withNumber } from "../../in-run/ui/run-facts";
import type { WireRun } from "../../in-run/ui/wire";
import { putViewers } from "../../presence/ui/presence-store";
import { createBoardReader } from "./board-reader";
import { newsOf } from "./news-of";
import { createPacer } from "./pace";
import { patchDetails, patchRuns, stalenessOf } from "./patch-runs";
import { dropProgress, putProgress } from "./progress-store";
import { createReplay } from "./replay";
import { changeInLists, changeRuns, EVERY_RUN_LIST, type RunList } from "./run-list";

type Utils = ReturnType<typeof trpc.useUtils>;

const DETAILS = getQueryKey(trpc.runs.get);

const listWith = (list: RunList | undefined, event: ProjectEvent) =>
  list && changeRuns(list, (runs) => patchRuns(runs, event));
const detailsWith = (run: WireRun | undefined, event: ProjectEvent) => run && patchDetails(run, event);

/**
 * Keeps the query cache in step with the project's events, or (null) with those of all projects: applies at once what an event says, and reads the
 * rest again at a limited rate, however many events arrive.
 */
export function createLiveCache(queries: QueryClient, utils: Utils, project_id: string | null) {
  const ofProject = project_id === null ? undefined : { project_id };
  const stale = {
    lists: false,
    counts: false,
    definitions: false,
    labels: false,
    inbox: false,
    runs: new Set<string>(),
    /** Runs whose steps must be read again, too. */
    steps: new Set<string>(),
    /** Runs whose cards must be. */
    cards: new Set<string>(),
  };
  const boards = createBoardReader(queries, utils.client, project_id);

  const read = () => {
    const { lists, counts, definitions, labels, inbox } = stale;
    const runs = [...stale.runs];
    const stepsOf = new Set(stale.steps);
    Object.assign(stale, { lists: false, counts: false, definitions: false, labels: false, inbox: false });
    stale.runs.clear();
    stale.steps.clear();
    const cards = [...stale.cards];
    stale.cards.clear();
    return Promise.all([
      lists || counts ? boards.read(cards, { whole: labels }) : null,
      lists ? utils.runs.list.invalidate(ofProject) : null,
      counts ? utils.runs.counts.invalidate(ofProject) : null,
      definitions ? utils.definitions.invalidate() : null,
      labels ? utils.labels.invalidate() : null,
      labels ? utils.runs.get.invalidate() : null,
      inbox ? utils.inbox.invalidate() : null,
      definitions ? utils.triggers.invalidate() : null,
      runs.length > 0 ? utils.runs.compare.invalidate(ofProject) : null,
      stepsOf.size > 0 ? utils.runs.compareChanges.invalidate(ofProject) : null,
      ...runs.flatMap((id) => [
        utils.runs.get.invalidate({ id }),
        utils.runs.history.invalidate({ id }),
        utils.runs.timeline.invalidate({ id }),
      ]),
      ...[...stepsOf].flatMap((id) => [
        utils.runs.changes.invalidate({ id }),
        utils.runs.waysOut.invalidate({ id }),
        utils.reviews.lines.invalidate({ run_id: id }),
      ]),
      stepsOf.size > 0 ? utils.agentSessions.messages.invalidate() : null,
      stepsOf.size > 0
        ? queries.invalidateQueries({
            queryKey: getQueryKey(trpc.steps.get),
            predicate: ({ state }) => {
              const step = state.data as { workflow_run_id?: string } | undefined;
              return step?.workflow_run_id === undefined || stepsOf.has(step.workflow_run_id);
            },
          })
        : null,
    ]);
  };
  const replay = createReplay<ProjectEvent>(
    queries,
    (query) => EVERY_RUN_LIST.predicate(query) || matchQuery({ queryKey: DETAILS }, query),
    (query, event) => {
      if (EVERY_RUN_LIST.predicate(query))
        queries.setQueryData<RunList>(query.queryKey, (list) => listWith(list, event));
      else queries.setQueryData<WireRun>(query.queryKey, (run) => detailsWith(run, event));
    },
  );
  const pacer = createPacer(read, () => document.visibilityState === "visible");
  // What says how runs do, beside them: where many tabs are open, it would hold up what they show of the runs.
  const asidePacer = createPacer(
    () =>
      Promise.all([
        utils.projects.list.invalidate(),
        utils.triggers.invalidate(),
        utils.definitions.statistics.invalidate(),
      ]),
    () => document.visibilityState === "visible",
  );
  // A tab that nobody sees shows the count in its title, and tells of news.
  const inboxPacer = createPacer(() => utils.inbox.invalidate());

  /** Steps that have asked already, so that only a step's first question is announced. */
  const begun = new Set<string>();

  const say = (event: Exclude<ProjectEvent, { type: "presence.changed" }>) => {
    const words = newsOf(event, begun);
    if (words === null || !("execution_id" in event.data)) return;
    const name = nameOf(queries, event.data.execution_id);
    if (name) announce(`${name} ${words}.`);
  };

  const resync = () => {
    void Promise.all([
      utils.runs.invalidate(),
      utils.board.invalidate(),
      utils.steps.invalidate(),
      utils.agentSessions.invalidate(),
      utils.definitions.invalidate(),
      utils.labels.invalidate(),
      utils.triggers.invalidate(),
      utils.projects.invalidate(),
      utils.inbox.invalidate(),
    ]);
  };

  return {
    event(event: ProjectEvent): void {
      if (event.type === "workflow.step.progress") {
        putProgress(event.data.execution_id, event.data.step_id, event.data.output);
        return;
      }
      if (event.type === "inbox.changed") {
        inboxPacer.plan("soon");
        return;
      }
      if (event.type === "presence.changed") {
        putViewers(event.data.project_id, event.data.execution_id, event.data.people);
        return;
      }
      // Events are missing that nobody can tell any more.
      if (event.type === "workflow.events.swept") {
        resync();
        return;
      }
      if (event.type === "workflow.step.completed") dropProgress(event.data.execution_id, event.data.step_id);
      say(event);
      changeInLists(queries, (runs) => patchRuns(runs, event));
      boards.event(event);
      if ("execution_id" in event.data) {
        const queryKey = getQueryKey(trpc.runs.get, { id: event.data.execution_id }, "query");
        queries.setQueryData<WireRun>(queryKey, (run) => detailsWith(run, event));
      }
      replay.event(event);
      const staleness = stalenessOf(event);
      if (!staleness) return;
      stale.lists ||= staleness.lists;
      stale.counts ||= staleness.counts;
      if (staleness.counts) asidePacer.plan("later");
      stale.definitions ||= staleness.definitions;
      stale.labels ||= staleness.labels;
      const isPaused = event.type === "workflow.execution.status_changed" && event.data.status === "paused";
      stale.inbox ||=
        event.type === "workflow.step.waiting" || isPaused || isAsking(queries, staleness.run_id);
      if (staleness.run_id !== null) stale.runs.add(staleness.run_id);
      if (staleness.run_id !== null && staleness.lists) stale.cards.add(staleness.run_id);
      if (event.type === "workflow.execution.swept") {
        // A page that shows one of them is to say that it is gone.
        for (const id of event.data.execution_ids)
          if (queries.getQueryState(getQueryKey(trpc.runs.get, { id }, "query"))) stale.runs.add(id);
      }
      if (staleness.run_id !== null && staleness.steps) stale.steps.add(staleness.run_id);
      pacer.plan(staleness.pace);
    },
    /** Reads everything on screen again, since events may have been missed. */
    resync,
    /** Reads again, without waiting for their next retry, what could not be read while the server was away. */
    recover(): void {
      const failed = ({ state }: Query) => state.status === "error" || state.fetchFailureCount > 0;
      void queries.refetchQueries({ type: "active", predicate: failed });
    },
    wake() {
      pacer.wake();
      asidePacer.wake();
    },
    stop() {
      replay.stop();
      pacer.stop();
      asidePacer.stop();
      inboxPacer.stop();
    },
  };
}

/** True if the reader's inbox has an item of this run. */
function isAsking(queries: QueryClient, run_id: string | null): boolean {
  const inboxes = queries.getQueriesData<InfiniteData<Outputs["inbox"]["list"]>>({
    queryKey: getQueryKey(trpc.inbox.list),
  });
  return inboxes.some(([, inbox]) =>
    inbox?.pages.some(({ items }) => items.some((item) => item.run.id === run_id)),
  );
}

function nameOf(queries: QueryClient, run_id: string): string | null {
  const lists = queries.getQueriesData<RunList>(EVERY_RUN_LIST);
  const listed = lists
    .flatMap(([, list]) => (list ? ("pages" in list ? list.pages : [list]) : []))
    .flatMap(({ items }) => items)
    .find((item) => item.id === run_id);
  const run = listed ?? queries.getQueryData<WireRun>(getQueryKey(trpc.runs.get, { id: run_id }, "query"));
  return run ? withNumber(run) : null;
}
