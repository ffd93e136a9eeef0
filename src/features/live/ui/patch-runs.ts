import type { ProjectEvent } from "../../../events/catalog";
import {
  isStepEnded,
  RUN_STATUSES,
  type RunStatus,
  STEP_STATUSES,
  type StepStatus,
  type WaitingFor,
} from "../../../model/states";
import { patchArtifact, withoutArtifact, withoutComment } from "../../in-run/ui/patch-files";
import type { WireListedRun, WireRun } from "../../in-run/ui/wire";

interface PatchedStep {
  step_id: string;
  status: StepStatus;
  waiting_for: WaitingFor | null;
  stalled_since: string | null;
}

interface PatchedRun {
  id: string;
  status: RunStatus;
  current_phase: string | null;
  current_step_index: number;
  steps: PatchedStep[];
  step_counts: Partial<Record<StepStatus, number>>;
}

const isStepStatus = (text: string): text is StepStatus => STEP_STATUSES.some((each) => each === text);
const isRunStatus = (text: string): text is RunStatus => RUN_STATUSES.some((each) => each === text);

function withStep<R extends PatchedRun>(
  run: R,
  step_id: string,
  status: StepStatus,
  { waiting_for = null, stalled_since = null }: Partial<Omit<PatchedStep, "step_id" | "status">> = {},
): R {
  const at = run.steps.findIndex((step) => step.step_id === step_id);
  const step = run.steps[at];
  const isSame = step?.waiting_for === waiting_for && step.stalled_since === stalled_since;
  if (!step || (step.status === status && isSame)) return run;
  const steps = run.steps.with(at, { ...step, status, waiting_for, stalled_since });
  if (status === step.status) return { ...run, steps };
  const { [step.status]: before = 0, [status]: now = 0 } = run.step_counts;
  const step_counts = { ...run.step_counts, [step.status]: Math.max(0, before - 1), [status]: now + 1 };
  const current_step_index = STEP_STATUSES.reduce(
    (ended, each) => ended + (isStepEnded(each) ? (step_counts[each] ?? 0) : 0),
    0,
  );
  return { ...run, steps, step_counts, current_step_index };
}

/** The run with the event's changes applied; the same object if nothing changes. */
export function patchRun<R extends WireListedRun | WireRun>(run: R, event: ProjectEvent): R {
  if (!("execution_id" in event.data) || event.data.execution_id !== run.id) return run;
  switch (event.type) {
    case "workflow.execution.status_changed": {
      const { status } = event.data;
      // What the run waits for now is unknown until it is read again.
      return isRunStatus(status) && status !== run.status ? { ...run, status, waiting_for: null } : run;
    }
    case "workflow.execution.phase_changed": {
      const { current_phase } = event.data;
      return current_phase === run.current_phase ? run : { ...run, current_phase };
    }
    case "workflow.step.started":
      return withStep(run.waiting_for ? { ...run, waiting_for: null } : run, event.data.step_id, "running");
    case "workflow.step.waiting":
      return withStep(run, event.data.step_id, "running", { waiting_for: event.data.for });
    case "workflow.step.stalled": {
      // The event has no time; the exact one comes when the step is read again.
      const stalled_since = event.data.stalled ? new Date().toISOString() : null;
      return withStep(run, event.data.step_id, "running", { stalled_since });
    }
    case "workflow.step.completed": {
      const { step_id, status } = event.data;
      return isStepStatus(status) ? withStep(run, step_id, status) : run;
    }
    default:
      return run;
  }
}

/** The list with the event applied; the same array if no run changes. */
export function patchRuns(runs: WireListedRun[], event: ProjectEvent): WireListedRun[] {
  if (event.type === "workflow.execution.swept") {
    const gone = new Set(event.data.execution_ids);
    return runs.some(({ id }) => gone.has(id)) ? runs.filter(({ id }) => !gone.has(id)) : runs;
  }
  if (event.type === "workflow.execution.archived") {
    const put = new Set(event.data.execution_ids);
    const archived_at = new Date().toISOString();
    return runs.some(({ id }) => put.has(id))
      ? runs.map((run) => (put.has(run.id) ? { ...run, archived_at } : run))
      : runs;
  }
  if (!("execution_id" in event.data)) return runs;
  const { execution_id } = event.data;
  const at = runs.findIndex((run) => run.id === execution_id);
  const run = runs[at];
  if (!run) return runs;
  if (event.type === "workflow.execution.deleted") return runs.toSpliced(at, 1);
  const patched = patchRun(run, event);
  return patched === run ? runs : runs.with(at, patched);
}

/** As `patchRun`, including comments and artifacts. */
export function patchDetails(run: WireRun, event: ProjectEvent): WireRun {
  if (!("execution_id" in event.data) || event.data.execution_id !== run.id) return run;
  switch (event.type) {
    case "workflow.comment.deleted":
      return withoutComment(run, event.data.comment_id);
    case "workflow.artifact.deleted":
      return withoutArtifact(run, event.data.artifact_id);
    case "workflow.artifact.attached":
      return patchArtifact(run, event.data.artifact_id, event.data.comment_id);
    case "workflow.artifact.detached":
      return patchArtifact(run, event.data.artifact_id, null);
    default:
      return patchRun(run, event);
  }
}

/** What must be read again after an event, and how soon. */
export interface Staleness {
  /** `soon`: a card appears, moves, or needs somebody. `later`: the patch already shows what matters. */
  pace: "soon" | "later";
  lists: boolean;
  counts: boolean;
  run_id: string | null;
  /** The run's steps and attempts must be read again, too. */
  steps: boolean;
  definitions: boolean;
  /** The project's labels, and those of runs that are open. */
  labels: boolean;
}

const NOTHING = {
  lists: false,
  counts: false,
  run_id: null,
  steps: false,
  definitions: false,
  labels: false,
};

/** Null for events that are never stored: progress, that of a gap, after which everything is read, one's inbox, and presence. */
export function stalenessOf(event: ProjectEvent): Staleness | null {
  switch (event.type) {
    case "workflow.step.progress":
    case "workflow.events.swept":
    case "inbox.changed":
    case "presence.changed":
      return null;
    case "workflow.execution.archived":
    case "workflow.execution.swept":
      // The patch takes them out of the lists; reading those again for each batch would be noticed.
      return { ...NOTHING, pace: "later", counts: true };
    case "workflow.label.changed":
      return { ...NOTHING, pace: "soon", lists: true, labels: true };
    case "workflow.definition.changed":
      return { ...NOTHING, pace: "soon", definitions: true };
    case "workflow.execution.created":
    case "workflow.execution.deleted":
    case "workflow.execution.status_changed":
      return {
        ...NOTHING,
        pace: "soon",
        lists: true,
        counts: true,
        run_id: event.data.execution_id,
        steps: true,
        definitions: event.type !== "workflow.execution.status_changed",
      };
    case "workflow.step.waiting":
    // A request for changes sends steps back, of which only their rows tell.
    case "workflow.review.submitted":
      return { ...NOTHING, pace: "soon", lists: true, run_id: event.data.execution_id, steps: true };
    case "workflow.comment.created":
      // A step is read together with its comments, and an answer to its agent arrives as a comment.
      return {
        ...NOTHING,
        pace: "soon",
        lists: true,
        run_id: event.data.execution_id,
        steps: event.data.step_id !== null,
      };
    case "workflow.comment.deleted":
    case "workflow.artifact.created":
    case "workflow.artifact.deleted":
      return { ...NOTHING, pace: "soon", lists: true, run_id: event.data.execution_id };
    case "workflow.message.changed":
      return { ...NOTHING, pace: "soon", run_id: event.data.execution_id, steps: true };
    case "workflow.execution.updated":
      return { ...NOTHING, pace: "soon", lists: true, run_id: event.data.execution_id, steps: true };
    case "workflow.comment.updated":
    case "workflow.artifact.attached":
    case "workflow.artifact.detached":
      return { ...NOTHING, pace: "soon", run_id: event.data.execution_id };
    default:
      return { ...NOTHING, pace: "later", lists: true, run_id: event.data.execution_id, steps: true };
  }
}
