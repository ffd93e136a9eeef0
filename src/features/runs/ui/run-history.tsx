"use client";

import { History } from "lucide-react";
import Link from "next/link";
import { Badge } from "../../../components/badge";
import { cx } from "../../../components/cx";
import { Duration } from "../../../components/duration";
import { Markdown } from "../../../components/markdown";
import { QueryView } from "../../../components/query-view";
import { RelativeTime } from "../../../components/relative-time";
import { ShowMore } from "../../../components/show-more";
import { SkeletonRows } from "../../../components/skeleton";
import { EmptyState } from "../../../components/states";
import { withMarks } from "../../../lib/marks";
import { trpc } from "../../../trpc/react";
import { systemSign } from "../../comments/ui/system-sign";
import { firstLine } from "../../in-run/ui/run-facts";
import { displayStatus } from "../../in-run/ui/status";
import { StatusIcon } from "../../in-run/ui/status-icon";
import { attemptLook, needsPerson } from "../../in-run/ui/step-look";
import type { WireRun } from "../../in-run/ui/wire";
import { useLook } from "../../looks/ui/use-look";
import { endOf } from "../../steps/ui/attempt-facts";
import type { HistoryEntry } from "../schema";
import { changeWords, type RunTry, triesOf } from "./history-tries";

const PAGE = 100;
const noImage = () => null;

type HrefOf = (step_id: string, attempt: number) => string;

/** The run's history, grouped by its starts, newest first: who did what, and the attempts of its steps. */
export function RunHistory({ run, hrefOf }: { run: WireRun; hrefOf: HrefOf }) {
  const history = trpc.runs.history.useInfiniteQuery(
    { id: run.id, limit: PAGE },
    { getNextPageParam: (page) => page.next_cursor ?? undefined },
  );
  return (
    <QueryView query={history} skeleton={<SkeletonRows rows={6} label="Loading the history" />}>
      {({ pages }) => {
        const tries = triesOf(pages.flatMap((page) => page.items));
        if (tries.length === 0) {
          return (
            <EmptyState icon={History} title="Nothing has happened yet">
              Each start of the run, and each try of a step, is listed here.
            </EmptyState>
          );
        }
        return (
          <ol aria-label="History, newest first" className="divide-y divide-line">
            {tries.map((each) => (
              <TryOfRun
                key={each.start?.id ?? "earlier"}
                {...each}
                run={run}
                numbered={tries.length > 1}
                hrefOf={hrefOf}
              />
            ))}
            {history.hasNextPage ? (
              <li>
                <ShowMore
                  more={{ busy: history.isFetchingNextPage, load: () => void history.fetchNextPage() }}
                >
                  Load more
                </ShowMore>
              </li>
            ) : null}
          </ol>
        );
      }}
    </QueryView>
  );
}

function TryOfRun({
  start,
  entries,
  run,
  numbered,
  hrefOf,
}: RunTry & { run: WireRun; numbered: boolean; hrefOf: HrefOf }) {
  const since = useLook(run.id)?.since;
  return (
    <li>
      {start ? (
        <div className="sticky top-0 z-10 flex min-h-8 items-center gap-2.5 bg-sunken px-4 py-1">
          {numbered ? <Badge>Try {start.try}</Badge> : null}
          <Words markdown={start.note} otherwise={changeWords(start)} />
          <At at={start.at} />
        </div>
      ) : null}
      <ul className="divide-y divide-line/60">
        {entries.map((entry) => (
          <li
            key={entry.id}
            className="relative flex min-h-8 items-center gap-2.5 px-4 py-1 text-list hover:bg-hover"
          >
            {since !== undefined && latestOf(entry) > since ? (
              <span className="absolute left-1.5 size-1.5 rounded-full bg-accent-text">
                <span className="sr-only">New since you looked</span>
              </span>
            ) : null}
            <Entry entry={entry} run={run} hrefOf={hrefOf} />
          </li>
        ))}
      </ul>
    </li>
  );
}

const latestOf = (entry: HistoryEntry) =>
  entry.type === "attempt" ? (entry.completed_at ?? entry.at) : entry.at;

function Entry({ entry, run, hrefOf }: { entry: HistoryEntry; run: WireRun; hrefOf: HrefOf }) {
  switch (entry.type) {
    case "attempt":
      return <AttemptEntry attempt={entry} run={run} hrefOf={hrefOf} />;
    case "status":
      return (
        <>
          <StatusIcon status={displayStatus(entry.status)} decorative />
          <Words markdown={entry.note} otherwise={changeWords(entry)} />
          <At at={entry.at} />
        </>
      );
    case "note": {
      const Sign = systemSign(entry.text);
      return (
        <>
          <Sign aria-hidden size={14} className="shrink-0 text-faint" />
          <Words markdown={entry.text} />
          <At at={entry.at} />
        </>
      );
    }
  }
}

function Words({ markdown, otherwise = "" }: { markdown: string | null; otherwise?: string }) {
  return markdown === null ? (
    <p className="min-w-0 flex-1 text-meta wrap-anywhere text-muted">{otherwise}</p>
  ) : (
    <Markdown text={markdown} imageOf={noImage} className="markdown-quiet min-w-0 flex-1" />
  );
}

const At = ({ at }: { at: string }) => (
  <RelativeTime at={at} className="ml-auto w-16 shrink-0 text-right text-meta text-faint" />
);

function AttemptEntry({
  attempt,
  run,
  hrefOf,
}: {
  attempt: Extract<HistoryEntry, { type: "attempt" }>;
  run: WireRun;
  hrefOf: HrefOf;
}) {
  const step = run.steps.find((each) => each.step_id === attempt.step_id);
  const error = firstLine(attempt.error_message);
  const waits = attempt.status === "running" && step !== undefined && needsPerson(step);
  return (
    <>
      <StatusIcon status={step ? attemptLook(step, attempt) : displayStatus(attempt.status)} />
      <span className="flex min-w-0 flex-1 gap-x-2.5 max-md:flex-col md:items-center">
        <span className="flex min-w-0 items-center gap-2.5">
          <Link
            href={hrefOf(attempt.step_id, attempt.number)}
            className="min-w-0 truncate outline-offset-[-2px] after:absolute after:inset-0"
          >
            {withMarks(attempt.name)}
          </Link>
          {attempt.number > 1 ? (
            <span className="text-meta whitespace-nowrap text-faint">attempt {attempt.number}</span>
          ) : null}
        </span>
        <span className={cx("min-w-0 truncate text-meta text-muted md:flex-1", !error && "max-md:hidden")}>
          {error ?? endOf(attempt) ?? ""}
        </span>
      </span>
      <span className="ml-auto flex shrink-0 items-center gap-3 text-meta text-faint">
        {attempt.worker_id && step?.kind !== "approval" ? (
          <span className="font-mono max-md:hidden" title={`Worker ${attempt.worker_id}`}>
            {attempt.worker_id.slice(0, 6)}
          </span>
        ) : null}
        <span className="min-w-10 text-right">
          {waits ? null : <Duration from={attempt.at} to={attempt.completed_at} />}
        </span>
        <At at={attempt.at} />
      </span>
    </>
  );
}
