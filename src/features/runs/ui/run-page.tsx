"use client";

import { ChevronLeft, ListTree, RotateCcw } from "lucide-react";
import { useRouter } from "next/navigation";
import { useEffect } from "react";
import { Button, ButtonLink } from "../../../components/button";
import { cx } from "../../../components/cx";
import { IconButton } from "../../../components/icon-button";
import { QueryView } from "../../../components/query-view";
import { EmptyState, NotFoundState } from "../../../components/states";
import { changedSearch, useAddress } from "../../../components/use-address";
import { trpc } from "../../../trpc/react";
import { useProject } from "../../projects/ui/project-provider";
import { StepPane } from "../../steps/ui/step-pane";
import { PhaseTrack } from "./phase-track";
import { RunDrawer } from "./run-drawer";
import { RunHeader } from "./run-header";
import { RunSkeleton } from "./run-skeleton";
import { phasesOf, stepThatMatters } from "./step-choice";
import { StepList } from "./step-list";
import { type RunActions, useRunActions } from "./use-run-actions";
import type { WireRun } from "./wire";

/** One run: its phases, its steps, and the step that matters open. */
export function RunPage({ id }: { id: string }) {
  const project = useProject();
  const query = trpc.runs.get.useQuery({ id });
  const elsewhere = query.data !== undefined && query.data.project_id !== project.id;
  if (query.error?.data?.code === "NOT_FOUND" || query.error?.data?.code === "BAD_REQUEST" || elsewhere) {
    return (
      <NotFoundState
        title="There is no such run"
        message="It may have been deleted, or it belongs to another project."
        className="flex-1"
        action={<ButtonLink href={`/p/${project.slug}/runs`}>All runs</ButtonLink>}
      />
    );
  }
  return (
    <QueryView query={query} skeleton={<RunSkeleton />} className="flex-1">
      {(run) => <OpenRun run={run} />}
    </QueryView>
  );
}

function waitsFor(run: WireRun): string {
  if (run.status === "paused") return "The run is paused; it goes on from here when it is resumed.";
  if (run.status === "pending") return "The run waits for a worker.";
  if (run.status === "running") return "It begins when the steps before it have ended.";
  return "The run ended before it came to this step.";
}

function OpenRun({ run }: { run: WireRun }) {
  const project = useProject();
  const router = useRouter();
  const { get, set } = useAddress();
  const actions = useRunActions(run);
  const asked = get("step");
  const named = run.steps.find((step) => step.step_id === asked);
  const step = named ?? stepThatMatters(run.steps);
  // On a phone the list is a screen of its own until a step is asked for.
  const stepOnly = named !== undefined;

  const searchOf = (step_id: string, attempt: number | null = null) =>
    changedSearch("", {
      step: step_id,
      attempt: attempt === null ? null : String(attempt),
      more: get("more"),
    });
  const choose = (step_id: string) => set({ step: step_id, attempt: null, tab: null }, { push: !stepOnly });

  useEffect(() => {
    document.title = `${run.name} · ${project.name}`;
  }, [run.name, project.name]);

  return (
    <div className="flex min-h-0 flex-1 flex-col">
      {stepOnly ? <h1 className="sr-only md:hidden">{run.name}</h1> : null}
      <div className={cx(stepOnly && "max-md:hidden")}>
        <RunHeader run={run} actions={actions} openStep={step?.step_id} />
        <PhaseTrack
          phases={phasesOf({ status: run.status, phases: run.definition.phases, steps: run.steps })}
        />
      </div>
      <div className="flex min-h-0 flex-1">
        <div
          className={cx(
            "min-h-0 w-full shrink-0 overflow-y-auto md:w-80 md:border-r md:border-line",
            stepOnly && "max-md:hidden",
          )}
        >
          <StepList
            run={run}
            chosen={step?.step_id}
            hrefOf={searchOf}
            onChoose={choose}
            onEscape={() => router.push(`/p/${project.slug}`)}
          />
        </div>
        <div className={cx("flex min-h-0 min-w-0 flex-1 flex-col", !stepOnly && "max-md:hidden")}>
          {step ? (
            <StepPane
              key={step.id}
              step={step}
              waitsFor={waitsFor(run)}
              failedAction={<RetryFrom step={step} actions={actions} />}
              back={
                <IconButton
                  label="All steps"
                  icon={ChevronLeft}
                  bare
                  className="-ml-2 md:hidden"
                  onClick={() => set({ step: null, attempt: null, tab: null })}
                />
              }
            />
          ) : (
            <EmptyState icon={ListTree} title="This run has no steps" className="flex-1" />
          )}
        </div>
      </div>
      <div className={cx("contents", stepOnly && "max-md:hidden")}>
        <RunDrawer run={run} hrefOf={searchOf} />
      </div>
    </div>
  );
}

function RetryFrom({ step, actions }: { step: WireRun["steps"][number]; actions: RunActions }) {
  if (!actions.allowed.includes("retry")) return null;
  return (
    <Button icon={RotateCcw} busy={actions.busy} onClick={() => actions.retry(step.step_id)}>
      <span className="max-w-60 truncate">Retry from {step.name}</span>
    </Button>
  );
}
