"use client";

import { ChevronLeft, FileDiff, ListTree, MessageSquare, Paperclip, RotateCcw } from "lucide-react";
import dynamic from "next/dynamic";
import { useRouter } from "next/navigation";
import { useRef, useState } from "react";
import { Button } from "../../../components/button";
import { ButtonLink } from "../../../components/button-link";
import { useCommands } from "../../../components/commands";
import { cx } from "../../../components/cx";
import { IconButton } from "../../../components/icon-button";
import { QueryView } from "../../../components/query-view";
import { EmptyState, NotFoundState } from "../../../components/states";
import { changedSearch, useAddress } from "../../../components/use-address";
import { useTabTitle } from "../../../components/use-tab-title";
import { inSentence, withMarks } from "../../../lib/marks";
import { focusComposer } from "../../comments/ui/composer-focus";
import { withNumber } from "../../in-run/ui/run-facts";
import { useRun } from "../../in-run/ui/use-run";
import type { WireRun } from "../../in-run/ui/wire";
import { SinceLine } from "../../looks/ui/since-line";
import { useProject } from "../../projects/ui/project-provider";
import { StepPane } from "../../steps/ui/step-pane";
import { BudgetReached } from "./budget-reached";
import { drawerTab } from "./drawer-tabs";
import { PhaseTrack } from "./phase-track";
import { type Asking, RunDialogs } from "./run-dialogs";
import { RunDrawer } from "./run-drawer";
import { RunHeader } from "./run-header";
import { RunSkeleton } from "./run-skeleton";
import { runWaitWords } from "./run-wait-words";
import { phasesOf, stepThatMatters } from "./step-choice";
import { StepLinks } from "./step-links";
import { StepList } from "./step-list";
import { type RunActions, useRunActions } from "./use-run-actions";

const CommentedPreview = dynamic(() =>
  import("../../comments/ui/commented-preview").then((part) => part.CommentedPreview),
);

/** On screens this narrow, an open drawer leaves no room for anything else, but for comments. */
const NARROW = "(width < 48rem)";

/** The page of a run: its phases, its steps, and the most relevant step opened. */
export function RunView({ id }: { id: string }) {
  const project = useProject();
  const query = useRun(id);
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
  if (run.status === "pending") {
    return `The run has not begun: ${runWaitWords(run) ?? "it waits for its turn"}.`;
  }
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
  const step = named ?? stepThatMatters(run);
  const drawer = drawerTab(get("more"));
  const tall = drawer !== null && get("tall") !== null;
  // Comments stand beside the lines that they speak of; on a phone below them, at half height.
  const beside = drawer === "comments" && !tall;
  // On a phone, the list of steps is a screen of its own until a step or the drawer is opened.
  const stepOnly = named !== undefined && drawer === null;
  const narrowed = named !== undefined || drawer !== null;
  // Load the preview when it is first opened, then keep it, so that it can close with its animation.
  const previewed = useRef(false);
  if (get("artifact") !== null) previewed.current = true;

  const searchOf = (step_id: string, attempt: number | null = null) =>
    changedSearch("", {
      step: step_id,
      attempt: attempt === null ? null : String(attempt),
      more: get("more"),
    });
  const choose = (step_id: string) =>
    set(
      // If the drawer was filtered to the open step, the filter moves to the next one.
      { step: step_id, attempt: null, tab: null, on: get("on") === null ? null : step_id },
      { push: named === undefined },
    );
  const leadTo = (step_id: string) => {
    const covered = tall || (!beside && window.matchMedia(NARROW).matches);
    set({
      step: step_id,
      attempt: null,
      tab: null,
      tall: null,
      ...(covered ? { more: null, on: null } : {}),
    });
  };
  const writes = project.may("run:write");
  const title = withNumber(run);

  useCommands([
    {
      id: "run.comments",
      label: writes ? "Comment on this run" : "Comments of this run",
      group: title,
      icon: MessageSquare,
      shortcut: "c",
      run: () => {
        set({ more: "comments" });
        focusComposer();
      },
    },
    {
      id: "run.artifacts",
      label: "Artifacts of this run",
      group: title,
      icon: Paperclip,
      shortcut: "a",
      run: () => set({ more: "artifacts" }),
    },
    ...(run.changes === null
      ? []
      : [
          {
            id: "run.changes",
            label: "Changes of this run",
            group: title,
            icon: FileDiff,
            shortcut: "d",
            run: () => set({ more: "changes", tall: "1" }),
          },
        ]),
  ]);

  useTabTitle(`${title} · ${inSentence(project.name)}`);

  return (
    <div className="flex min-h-0 flex-1 flex-col">
      {narrowed ? <h1 className="sr-only md:hidden">{withMarks(title)}</h1> : null}
      <div className={cx(narrowed && "max-md:hidden")}>
        <RunHeader run={run} actions={actions} openStep={step?.step_id} />
        {/* Lines need the height more, and the header says how the run stands. */}
        {tall && drawer === "changes" ? null : (
          <PhaseTrack phases={phasesOf({ ...run, phases: run.definition.phases })} />
        )}
      </div>
      {run.over_budget ? <BudgetReached run={run} over={run.over_budget} mayRaise={writes} /> : null}
      <div className={cx("flex min-h-0 flex-1 flex-col", beside && "xl:flex-row")}>
        <div
          className={cx(
            "min-h-0 min-w-0 flex-1",
            tall ? "hidden" : "flex",
            drawer !== null && !beside && "max-md:hidden",
          )}
        >
          <div
            className={cx(
              "min-h-0 w-full shrink-0 overflow-y-auto md:w-80 md:border-r md:border-line",
              named && "max-md:hidden",
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
          <div className={cx("flex min-h-0 min-w-0 flex-1 flex-col", !named && "max-md:hidden")}>
            {step ? (
              <StepPane
                key={step.id}
                run={run}
                step={step}
                waitsFor={waitsFor(run)}
                links={<StepLinks run={run} step={step} writes={writes} />}
                failedAction={<RetryFrom run={run} step={step} actions={actions} />}
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
        <div className={cx(stepOnly ? "max-md:hidden md:contents" : "contents")}>
          <RunDrawer
            run={run}
            open={drawer}
            tall={tall}
            beside={beside}
            openStep={step}
            hrefOf={searchOf}
            onStep={leadTo}
          />
        </div>
      </div>
      <SinceLine project_id={project.id} run_id={run.id} href="?more=history" />
      {previewed.current ? <CommentedPreview run={run} /> : null}
    </div>
  );
}

function RetryFrom({
  run,
  step,
  actions,
}: {
  run: WireRun;
  step: WireRun["steps"][number];
  actions: RunActions;
}) {
  const [asking, setAsking] = useState<Asking>(null);
  if (!actions.allowed.includes("retry")) return null;
  return (
    <>
      <Button
        icon={RotateCcw}
        busy={actions.busy}
        onClick={() => setAsking({ retry: step.step_id, revision: "same" })}
      >
        <span className="max-w-60 truncate">Retry from {withMarks(step.name)}</span>
      </Button>
      {asking === null ? null : (
        <RunDialogs run={run} asking={asking} onClose={() => setAsking(null)} actions={actions} />
      )}
    </>
  );
}
