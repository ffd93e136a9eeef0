"use client";

import { endedDuration, spokenDuration } from "../../../components/time";
import { useSeconds } from "../../../components/use-now";
import type { WireRun } from "../../in-run/ui/wire";
import { divisionOf } from "./timeline/spans";

/** Shorter waits are no news beside the time at work. */
const LEAST_MS = 1_000;

/** How long a run waited for people or time, or was paused: what its duration leaves out. */
export function RunWaited({ run }: { run: WireRun }) {
  const goesOn = run.status === "paused" || (run.status === "running" && run.waiting_since !== null);
  const now = useSeconds(goesOn) ?? Date.parse(run.updated_at);
  const { waiting } = divisionOf(run, run.created_at, now);
  if (waiting < LEAST_MS) return null;
  return (
    <span title="It waited for people or time, or was paused. The timeline shows when.">
      <span aria-hidden>waited {endedDuration(waiting)}</span>
      <span className="sr-only">waited {spokenDuration(waiting)}</span>
    </span>
  );
}
