"use client";

import { Archive, FileX } from "lucide-react";
import { Duration } from "../../../components/duration";
import { RelativeTime } from "../../../components/relative-time";
import { Select } from "../../../components/select";
import { StatusIcon } from "../../in-run/ui/status-icon";
import { attemptLook, needsPerson, type ShownStep } from "../../in-run/ui/step-look";
import type { WireAttempt } from "../../in-run/ui/wire";
import { endOf } from "./attempt-facts";

/**
 * Chooses an attempt of a step; each shows its result, time and worker. Renders nothing for a single attempt.
 */
export function AttemptChooser({
  step,
  attempts,
  value,
  onValueChange,
}: {
  step: ShownStep;
  attempts: WireAttempt[];
  value: number;
  onValueChange: (attempt: number) => void;
}) {
  if (attempts.length <= 1) return null;
  return (
    <Select
      quiet
      aria-label="Attempt"
      value={String(value)}
      onValueChange={(next) => onValueChange(Number(next))}
      options={attempts.toReversed().map((attempt) => ({
        value: String(attempt.number),
        label: `Attempt ${attempt.number}`,
        hint: <AttemptHint attempt={attempt} waits={attempt.status === "running" && needsPerson(step)} />,
        icon: <StatusIcon status={attemptLook(step, attempt)} decorative />,
      }))}
    />
  );
}

/** Shown beside an attempt that lost a log file. */
export function LogIsGone({ attempt }: { attempt: WireAttempt }) {
  if (attempt.logs_removed_at !== null) {
    return (
      <span className="flex shrink-0 items-center gap-1 text-meta text-faint">
        <Archive aria-hidden size={12} />
        Log removed by retention
      </span>
    );
  }
  return (
    <span className="flex shrink-0 items-center gap-1 text-meta text-failed">
      <FileX aria-hidden size={12} />
      Log is gone
    </span>
  );
}

function AttemptHint({ attempt, waits }: { attempt: WireAttempt; waits: boolean }) {
  const { started_at, completed_at, worker_id } = attempt;
  const end = attempt.error_message?.trim().split("\n")[0] || endOf(attempt);
  return (
    <>
      {end ? <span className="line-clamp-2 wrap-anywhere">{end}</span> : null}
      <span className="flex gap-x-2 text-faint">
        {attempt.file_missing ? <LogIsGone attempt={attempt} /> : null}
        <RelativeTime at={started_at} />
        {waits ? null : <Duration from={started_at} to={completed_at} />}
        {worker_id ? <span className="font-mono">{worker_id.slice(0, 6)}</span> : null}
      </span>
    </>
  );
}
