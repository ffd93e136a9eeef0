"use client";

import { History } from "lucide-react";
import Link from "next/link";
import { Duration } from "../../../components/duration";
import { RelativeTime } from "../../../components/relative-time";
import { SkeletonRows } from "../../../components/skeleton";
import { EmptyState, ErrorState } from "../../../components/states";
import { StatusIcon } from "../../../components/status-icon";
import { trpc } from "../../../trpc/react";
import { endOf } from "../../steps/ui/attempt-facts";
import { attemptLook, needsPerson } from "../../steps/ui/step-look";
import type { WireRun } from "./wire";

/** Every attempt of every step, newest first. */
export function RunHistory({
  run,
  hrefOf,
}: {
  run: WireRun;
  hrefOf: (step_id: string, attempt: number) => string;
}) {
  const tried = run.steps.filter((step) => step.attempt > 0);
  const queries = trpc.useQueries((api) => tried.map((step) => api.steps.get({ id: step.id })));
  const failed = queries.find((query) => query.error && !query.data);
  if (failed?.error) {
    return <ErrorState message={failed.error.message} onRetry={() => void failed.refetch()} />;
  }
  if (queries.some((query) => query.isPending)) return <SkeletonRows rows={Math.min(tried.length, 6)} />;
  const attempts = queries
    .flatMap((query) => (query.data ? [query.data] : []))
    .flatMap((step) => step.attempts.map((attempt) => ({ step, attempt })))
    .sort((left, right) => right.attempt.started_at.localeCompare(left.attempt.started_at));
  if (attempts.length === 0) {
    return (
      <EmptyState icon={History} title="No attempts yet">
        Each try of a step is listed here, with how it ended.
      </EmptyState>
    );
  }
  return (
    <ul aria-label="Attempts" className="divide-y divide-line">
      {attempts.map(({ step, attempt }) => (
        <li
          key={attempt.id}
          className="relative flex min-h-8 items-center gap-2.5 px-4 py-1 text-list hover:bg-hover"
        >
          <StatusIcon status={attemptLook(step, attempt)} />
          <Link
            href={hrefOf(step.step_id, attempt.number)}
            className="min-w-0 truncate outline-offset-[-2px] after:absolute after:inset-0"
          >
            {step.name}
          </Link>
          <span className="text-meta whitespace-nowrap text-faint">attempt {attempt.number}</span>
          <span className="min-w-0 flex-1 truncate text-meta text-muted max-md:hidden">
            {attempt.error_message?.split("\n")[0] ?? endOf(attempt) ?? ""}
          </span>
          <span className="ml-auto flex shrink-0 items-center gap-3 text-meta text-faint">
            {attempt.completed_at === null && needsPerson(step) ? null : (
              <Duration from={attempt.started_at} to={attempt.completed_at} />
            )}
            <RelativeTime at={attempt.started_at} className="w-16 text-right" />
          </span>
        </li>
      ))}
    </ul>
  );
}
