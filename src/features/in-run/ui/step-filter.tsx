"use client";

import { Select } from "../../../components/select";
import { useAddress } from "../../../components/use-address";
import type { WireStep } from "./wire";

/** Means "all steps". No step can have this id. */
const WHOLE = "*";

/**
 * Chooses between all of the run and one step; the choice is kept in the address. Offers the steps that
 * `counted` has entries for, and `openStep`.
 */
export function StepFilter({
  steps,
  counted,
  whole,
  openStep,
}: {
  steps: readonly WireStep[];
  counted: readonly { workflow_run_step_id: string | null }[];
  /** Label of the choice that shows all of the run. */
  whole: string;
  openStep?: WireStep;
}) {
  const { get, set } = useAddress();
  const chosen = steps.find((step) => step.step_id === get("on"));
  const offered = steps.filter(
    (step) =>
      step === chosen ||
      step.id === openStep?.id ||
      counted.some(({ workflow_run_step_id }) => workflow_run_step_id === step.id),
  );
  if (offered.length === 0) return null;
  return (
    <Select
      quiet
      aria-label="Show"
      className="max-w-60"
      value={chosen?.step_id ?? WHOLE}
      onValueChange={(value) => set({ on: value === WHOLE ? null : value })}
      options={[
        { value: WHOLE, label: whole },
        ...offered.map((step) => ({ value: step.step_id, label: step.name })),
      ]}
    />
  );
}
