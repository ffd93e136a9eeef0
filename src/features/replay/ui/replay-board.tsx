"use client";

import { keepPreviousData } from "@tanstack/react-query";
import { History } from "lucide-react";
import Link from "next/link";
import { useEffect, useState } from "react";
import { QueryView } from "../../../components/query-view";
import { EmptyState } from "../../../components/states";
import { useAddress } from "../../../components/use-address";
import { withMarks } from "../../../lib/marks";
import { trpc } from "../../../trpc/react";
import { BoardSkeleton } from "../../board/ui/board-skeleton";
import { ProgressSegments } from "../../in-run/ui/progress-segments";
import { withNumber } from "../../in-run/ui/run-facts";
import { type DisplayStatus, displayStatus, STATUS_LOOKS } from "../../in-run/ui/status";
import { StatusIcon } from "../../in-run/ui/status-icon";
import { stepLook } from "../../in-run/ui/step-look";
import { useProject } from "../../projects/ui/project-provider";
import type { BoardReplay, ReplayedRun } from "../schema";
import { ReplayBar } from "./replay-bar";
import { eventWords } from "./replay-words";

const REST_MS = 100;

const COLUMNS: Record<ReplayedRun["column"], { title: string; look: DisplayStatus }> = {
  pending: { title: STATUS_LOOKS.waiting.label, look: "waiting" },
  running: { title: STATUS_LOOKS.running.label, look: "running" },
  needs_you: { title: STATUS_LOOKS.needs_you.label, look: "needs_you" },
  paused: { title: STATUS_LOOKS.paused.label, look: "paused" },
  failed: { title: STATUS_LOOKS.failed.label, look: "failed" },
  recent: { title: "Recently ended", look: "done" },
};

/** The board as it was behind an event of the project, which the address names. */
export function ReplayBoard() {
  const { id: project_id, slug } = useProject();
  const { get, set } = useAddress();
  const wanted = Number(get("at"));
  const asked = Number.isSafeInteger(wanted) && wanted >= 0 ? wanted : null;
  // A slider that is drawn asks only for where it rests.
  const [at, setAt] = useState(asked);
  useEffect(() => {
    const timer = setTimeout(() => setAt(asked), REST_MS);
    return () => clearTimeout(timer);
  }, [asked]);
  const query = trpc.replay.board.useQuery(
    { project_id, ...(at === null ? {} : { at }) },
    { placeholderData: keepPreviousData, staleTime: Number.POSITIVE_INFINITY },
  );
  return (
    <QueryView query={query} skeleton={<BoardSkeleton />} className="flex-1">
      {(data) => (
        <div className="flex min-h-0 flex-1 flex-col">
          <h1 className="sr-only">The board as it was</h1>
          <ReplayBar
            place={{
              first: data.first_id,
              last: data.last_id,
              value: asked ?? data.last_id,
              previous: data.previous_id,
              next: data.next_id,
              at: data.event?.at ?? null,
              words: data.event ? wordsOf(data.event) : "",
            }}
            onMove={(to) => set({ at: String(to) })}
            onBack={() => set({ at: null }, { push: true })}
          />
          {data.event ? (
            <Columns data={data} root={`/p/${slug}`} at={data.event.id} />
          ) : (
            <EmptyState icon={History} title="Nothing is recorded of then" className="flex-1">
              Events go by the project's retention; what is kept begins later.
            </EmptyState>
          )}
        </div>
      )}
    </QueryView>
  );
}

const wordsOf = (event: NonNullable<BoardReplay["event"]>) =>
  event.run === null ? eventWords(event) : `${event.run}: ${eventWords(event)}`;

function Columns({ data, root, at }: { data: BoardReplay; root: string; at: number }) {
  return (
    <>
      <div className="flex min-h-0 flex-1 snap-x snap-mandatory overflow-x-auto md:snap-none">
        {data.columns.map(({ key, count }) => {
          const runs = data.runs.filter(({ column }) => column === key);
          const { title, look } = COLUMNS[key];
          return (
            <section
              key={key}
              aria-label={withMarks(`${title}, ${count}`)}
              className="flex w-72 shrink-0 snap-start flex-col border-r border-line max-sm:w-[85vw]"
            >
              <h2 className="flex h-10 shrink-0 items-center gap-2 px-3 text-list">
                <StatusIcon status={look} decorative />
                {title}
                <span className="text-faint tabular-nums">{count}</span>
              </h2>
              <ul className="flex min-h-0 flex-1 flex-col gap-2 overflow-y-auto px-2 pb-3">
                {runs.map((run) => (
                  <li key={run.id}>
                    <Card run={run} href={`${root}/runs/${run.id}?at=${at}`} />
                  </li>
                ))}
                {count > runs.length ? (
                  <li className="px-1 text-meta text-muted">and {count - runs.length} more</li>
                ) : null}
              </ul>
            </section>
          );
        })}
      </div>
      {data.partial ? (
        <p className="shrink-0 border-t border-line px-4 py-1.5 text-meta text-muted">
          More runs were there than are looked at; the newest are shown.
        </p>
      ) : null}
    </>
  );
}

function Card({ run, href }: { run: ReplayedRun; href: string }) {
  const phase = run.current_phase ?? run.definition_name;
  return (
    <Link
      href={href}
      className="block rounded-outer border border-line bg-surface px-3 py-2 transition-colors hover:border-line-strong"
    >
      <span className="flex min-w-0 items-center gap-2 text-list">
        <StatusIcon status={run.column === "needs_you" ? "needs_you" : displayStatus(run.status)} />
        <span className="min-w-0 truncate font-medium">{withMarks(withNumber(run))}</span>
      </span>
      <span className="mt-0.5 block truncate text-meta text-muted">{withMarks(phase)}</span>
      {run.steps.length > 0 ? (
        <ProgressSegments
          className="mt-2"
          steps={run.steps.map(({ step_id, name, status, needs_person, stalled }) => ({
            id: step_id,
            name,
            status: stepLook({
              status,
              waiting_for: needs_person ? "approval" : null,
              stalled_since: stalled ? "then" : null,
            }),
            count: 1,
          }))}
        />
      ) : null}
    </Link>
  );
}
