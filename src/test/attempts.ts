import type { CompiledStep, ScriptStep } from "../engine/definition/types";
import { createStepLogs, type LogLimits } from "../engine/logs/log-writer";
import { NO_MASK } from "../engine/logs/mask/mask";
import type { AttemptRef, Claim, RunFacts, StepLog } from "../engine/run/ports";
import { systemClock } from "../lib/clock";
import { newId } from "../lib/ids";
import { LOG_BYTES } from "../model/log-bytes";
import { inSequence } from "./compiled";
import { MemoryLogs } from "./memory-logs";

/** What a run is to the engine, without rows. */
export function runFacts(
  path: string,
  steps: CompiledStep[] = [],
  args: Record<string, unknown> = {},
): RunFacts {
  return {
    id: newId(),
    name: "A run",
    number: 7,
    args,
    project: { id: newId(), name: "Project", slug: "project", path, user_number: 1, log_bytes: LOG_BYTES },
    workspace: "shared",
    folder: path,
    base: null,
    base_commit: null,
    review: null,
    definition: {
      name: "Work",
      description: "",
      phases: ["work"],
      args_schema: null,
      is_template: false,
      steps: inSequence(steps),
    },
  };
}

export function attemptOf(run: RunFacts, step: ScriptStep, given: Partial<AttemptRef> = {}): AttemptRef {
  const claim: Claim = { run, epoch: 1, worker_id: "worker" };
  return { claim, step, attempt_id: newId(), number: 1, resumed: false, ...given };
}

/** An attempt's log over memory; `sent`: chunks that left before its end. */
export async function openMemoryLog(
  attempt: AttemptRef,
  limits: Partial<LogLimits> = {},
  sink = new MemoryLogs(),
  mask = NO_MASK,
): Promise<{ log: StepLog; sink: MemoryLogs; sent: () => number }> {
  const log = await createStepLogs(sink, systemClock, limits).open(attempt, attempt.step, mask);
  let kept = 0;
  const ended = log.end;
  const end: StepLog["end"] = async (result) => {
    const rest = await ended.call(log, result);
    sink.keep(rest);
    kept += rest.length;
    return rest;
  };
  return { log: Object.assign(log, { end }), sink, sent: () => sink.chunks.length - kept };
}
