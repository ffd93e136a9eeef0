"use client";

import { ChevronLeft, History } from "lucide-react";
import Link from "next/link";
import { useEffect, useMemo, useRef } from "react";
import { cx } from "../../../components/cx";
import { QueryView } from "../../../components/query-view";
import { EmptyState } from "../../../components/states";
import { endedDuration, exactTime } from "../../../components/time";
import { useAddress } from "../../../components/use-address";
import { useTabTitle } from "../../../components/use-tab-title";
import { withMarks } from "../../../lib/marks";
import { type RunMoment, type StateEvent, stateAt } from "../../../model/replay";
import { trpc } from "../../../trpc/react";
import { withNumber } from "../../in-run/ui/run-facts";
import { displayStatus } from "../../in-run/ui/status";
import { StatusIcon } from "../../in-run/ui/status-icon";
import { stepLookIn } from "../../in-run/ui/step-look";
import { useRun } from "../../in-run/ui/use-run";
import type { WireRun } from "../../in-run/ui/wire";
import { useProject } from "../../projects/ui/project-provider";
import { PhaseTrack } from "../../runs/ui/phase-track";
import { RunSkeleton } from "../../runs/ui/run-skeleton";
import { phasesOf } from "../../runs/ui/step-choice";
import { ReplayBar } from "./replay-bar";
import { eventWords } from "./replay-words";

/** Events around the one on screen that are listed. */
const LISTED = 100;

/** A run as it was behind one of its events, which the address names. */
export function ReplayRun({ id }: { id: string }) {
  const run = useRun(id);
  const replay = trpc.replay.run.useQuery({ id });
  const query = {
    data: run.data && replay.data ? { run: run.data, replay: replay.data } : undefined,
    error: run.error ?? replay.error,
    isFetching: run.isFetching || replay.isFetching,
    refetch: () => Promise.all([run.refetch(), replay.refetch()]),
  };
  return (
    <QueryView query={query} skeleton={<RunSkeleton />} className="flex-1">
      {(data) => <Replayed run={data.run} events={data.replay.events} whole={data.replay.whole} />}
    </QueryView>
  );
}

function Replayed({ run, events, whole }: { run: WireRun; events: StateEvent[]; whole: boolean }) {
  const { slug } = useProject();
  const { get, set } = useAddress();
  const names = useMemo(() => new Map(run.steps.map((step) => [step.step_id, step.name])), [run.steps]);
  const wanted = Number(get("at"));
  const found = Number.isSafeInteger(wanted) ? events.findLastIndex((event) => event.id <= wanted) : -1;
  const place = get("at") === "last" || Number.isNaN(wanted) ? events.length - 1 : Math.max(0, found);
  const event = events[place];
  const moment = useMemo(() => (event ? stateAt(events, event.id, run) : null), [events, event, run]);
  const words = (told: StateEvent) =>
    told.type === "workflow.execution.phase_changed" && told.phase
      ? `Phase ${told.phase} began`
      : eventWords(told, names.get(told.step_id ?? ""));
  const back = () => set({ at: null }, { push: true });
  const moveTo = (to: number) => set({ at: String(events[to]?.id ?? "") });
  const title = withNumber(run);
  useTabTitle(`${title}, as it was`);

  return (
    <div className="flex min-h-0 flex-1 flex-col">
      <ReplayBar
        place={{
          first: 0,
          last: Math.max(0, events.length - 1),
          value: place,
          previous: place > 0 ? place - 1 : null,
          next: place < events.length - 1 ? place + 1 : null,
          at: event?.at ?? null,
          words: event ? words(event) : "",
        }}
        onMove={moveTo}
        onBack={back}
      />
      <header className="flex min-h-11 shrink-0 items-center gap-2 border-b border-line px-4">
        <Link
          href={`/p/${slug}${event ? `?at=${event.id}` : ""}`}
          className="h-control -ml-1.5 flex items-center gap-0.5 rounded-outer pr-2 pl-1 text-list text-muted hover:bg-hover hover:text-text"
        >
          <ChevronLeft aria-hidden size={14} />
          Board
        </Link>
        {moment ? <StatusIcon status={displayStatus(moment.status)} /> : null}
        <h1 className="min-w-0 truncate text-[16px] font-medium">{withMarks(title)}</h1>
      </header>
      {moment && event ? (
        <>
          <PhaseTrack phases={phasesOf({ ...momentRun(run, moment), phases: run.definition.phases })} />
          <div className="flex min-h-0 flex-1 max-md:flex-col max-md:overflow-y-auto">
            <Steps run={momentRun(run, moment)} moment={moment} now={event.at} told={event.step_id} />
            <Told events={events} place={place} words={words} whole={whole} onMove={moveTo} />
          </div>
        </>
      ) : (
        <EmptyState title="No events are kept of this run" icon={History} className="flex-1">
          Events go by the project's retention. Back to now shows the run as it is.
        </EmptyState>
      )}
    </div>
  );
}

/** The run with its states of then. */
function momentRun(run: WireRun, { status, steps }: RunMoment) {
  return {
    status,
    error_message: status === run.status ? run.error_message : null,
    steps: run.steps.map((step, at) => {
      const then = steps[at];
      return {
        step_id: step.step_id,
        name: step.name,
        phase: step.phase,
        kind: step.kind,
        continue_on_error: step.continue_on_error,
        status: then?.status ?? "pending",
        waiting_for: then?.needs_person ? ("approval" as const) : null,
        stalled_since: then?.stalled ? then.since : null,
      };
    }),
  };
}

function Steps({
  run,
  moment,
  now,
  told,
}: {
  run: ReturnType<typeof momentRun>;
  moment: RunMoment;
  now: string;
  told: string | null;
}) {
  return (
    <ol
      aria-label="Steps"
      className="flex shrink-0 flex-col gap-px p-1.5 md:w-80 md:overflow-y-auto md:border-r md:border-line"
    >
      {run.steps.map((step, at) => {
        const { attempt = 0, since = null } = moment.steps[at] ?? {};
        return (
          <li key={step.step_id}>
            {run.steps[at - 1]?.phase === step.phase ? null : (
              <p className="px-2 pt-2 pb-1 text-meta text-faint first-letter:uppercase">
                {withMarks(step.phase)}
              </p>
            )}
            <div
              className={cx(
                "flex min-h-8 items-center gap-2 rounded-outer px-2 py-1 text-list",
                told === step.step_id && "bg-pressed",
              )}
            >
              <StatusIcon status={stepLookIn(run, step)} />
              <span className={cx("min-w-0 flex-1 truncate", step.status === "pending" && "text-muted")}>
                {withMarks(step.name)}
              </span>
              {attempt > 1 ? <span className="text-meta text-faint">attempt {attempt}</span> : null}
              {step.status === "running" && since ? (
                <span className="text-meta text-faint tabular-nums">
                  {endedDuration(Date.parse(now) - Date.parse(since))}
                </span>
              ) : null}
            </div>
          </li>
        );
      })}
    </ol>
  );
}

/** What happened before and after, each a way there. */
function Told({
  events,
  place,
  words,
  whole,
  onMove,
}: {
  events: StateEvent[];
  place: number;
  words: (event: StateEvent) => string;
  whole: boolean;
  onMove: (to: number) => void;
}) {
  const list = useRef<HTMLOListElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: once another is the one
  useEffect(() => {
    list.current?.querySelector("[aria-current]")?.scrollIntoView({ block: "nearest" });
  }, [place]);
  const from = Math.max(0, place - LISTED);
  return (
    <div className="min-h-0 min-w-0 flex-1 md:overflow-y-auto">
      {!whole && from === 0 ? (
        <p className="px-4 pt-3 text-meta text-muted">What was told before is kept no more.</p>
      ) : null}
      <ol ref={list} aria-label="What happened" className="flex flex-col gap-px p-1.5">
        {events.slice(from, place + LISTED).map((event, index) => {
          const at = from + index;
          return (
            <li key={event.id}>
              <button
                type="button"
                onClick={() => onMove(at)}
                aria-current={at === place ? "step" : undefined}
                className={cx(
                  "flex min-h-8 w-full items-center gap-3 rounded-outer px-2.5 py-1 text-left text-list outline-offset-[-2px] pointer-coarse:min-h-11",
                  at === place
                    ? "bg-pressed text-text"
                    : at > place
                      ? "text-faint hover:bg-hover"
                      : "text-muted hover:bg-hover",
                )}
              >
                <time dateTime={event.at} className="shrink-0 text-meta text-faint tabular-nums">
                  {exactTime(Date.parse(event.at))}
                </time>
                <span className="min-w-0 truncate">{withMarks(words(event))}</span>
              </button>
            </li>
          );
        })}
      </ol>
    </div>
  );
}
