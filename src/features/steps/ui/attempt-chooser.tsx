"use client";

import { Select } from "../../../components/select";
import { StatusIcon } from "../../../components/status-icon";

import { endOf } from "./attempt-facts";
import { attemptLook, type StepState } from "./step-look";
import type { WireAttempt } from "./wire";

/** Chooses between the attempts of a step; a single one is only named. */
export function AttemptChooser({
  step,
  attempts,
  value,
  onValueChange,
}: {
  step: StepState;
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
        hint: endOf(attempt) ?? undefined,
        icon: <StatusIcon status={attemptLook(step, attempt)} decorative />,
      }))}
    />
  );
}
