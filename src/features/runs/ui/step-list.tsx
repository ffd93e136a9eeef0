"use client";

import Link from "next/link";
import { useEffect } from "react";
import { cx } from "../../../components/cx";
import { Duration } from "../../../components/duration";
import { LIST_ITEM, useListNavigation } from "../../../components/use-list-navigation";
import { useNow, useSeconds } from "../../../components/use-now";
import { withMarks } from "../../../lib/marks";
import { firstLine } from "../../in-run/ui/run-facts";
import { STATUS_LOOKS } from "../../in-run/ui/status";
import { StatusIcon } from "../../in-run/ui/status-icon";
import { needsPerson, stepLookIn } from "../../in-run/ui/step-look";
import type { WireRun } from "../../in-run/ui/wire";
import { useStepProgress } from "../../live/ui/use-live-project";
import { type Bar, barsOf } from "./step-choice";

type RunStep = WireRun["steps"][number];

/** The steps of a run on a time axis. `onChoose` gets the step's id in the definition. */
export function StepList({
  run,
  chosen,
  hrefOf,
  onChoose,
  onEscape,
}: {
  run: WireRun;
  chosen: string | undefined;
  hrefOf: (step_id: string) => string;
  onChoose: (step_id: string) => void;
  onEscape: () => void;
}) {
  const list = useListNavigation<HTMLOListElement>({ onEscape });
  // The step that opens by itself may be far down the list.
  // biome-ignore lint/correctness/useExhaustiveDependencies: once another is chosen
  useEffect(() => {
    list.current?.querySelector("[aria-current=step]")?.scrollIntoView({ block: "nearest" });
  }, [chosen]);
  const ticking = run.steps.some((step) => step.status === "running" && step.waiting_for === null);
  const second = useSeconds(ticking);
  const slow = useNow();
  const now = second ?? slow ?? 0;
  const bars = barsOf(run.steps, now);
  return (
    <ol ref={list} aria-label="Steps" className="flex flex-col gap-px p-1.5">
      {run.steps.map((step, index) => (
        <StepRow
          key={step.step_id}
          step={step}
          run={run}
          bar={bars[index] ?? null}
          chosen={step.step_id === chosen}
          heading={run.steps[index - 1]?.phase === step.phase ? null : step.phase}
          href={hrefOf(step.step_id)}
          onChoose={() => onChoose(step.step_id)}
        />
      ))}
    </ol>
  );
}

function StepRow({
  step,
  run,
  bar,
  chosen,
  heading,
  href,
  onChoose,
}: {
  step: RunStep;
  run: WireRun;
  bar: Bar | null;
  chosen: boolean;
  heading: string | null;
  href: string;
  onChoose: () => void;
}) {
  const status = stepLookIn(run, step);
  const why = step.errors?.[0]?.message ?? firstLine(step.error_message);
  const running = step.status === "running";
  const line = useStepProgress(run.id, running ? step.step_id : undefined);
  return (
    <li>
      {heading ? (
        <p className="px-2 pt-2 pb-1 text-meta text-faint first-letter:uppercase">{withMarks(heading)}</p>
      ) : null}
      <Link
        {...LIST_ITEM}
        href={href}
        onClick={(event) => {
          if (event.metaKey || event.ctrlKey || event.shiftKey) return;
          event.preventDefault();
          onChoose();
        }}
        aria-current={chosen ? "step" : undefined}
        className={cx(
          "flex min-h-8 flex-col justify-center rounded-outer px-2 py-1 outline-offset-[-2px] transition-colors pointer-coarse:min-h-11",
          chosen ? "bg-pressed" : "hover:bg-hover",
        )}
      >
        <span className="flex min-w-0 items-center gap-2">
          <StatusIcon status={status} />
          <span className={cx("min-w-0 flex-1 truncate text-list", step.attempt === 0 && "text-muted")}>
            {withMarks(step.name)}
          </span>
          {step.attempt > 1 ? (
            <span className="text-meta whitespace-nowrap text-faint" title={`Attempt ${step.attempt}`}>
              <span aria-hidden>×{step.attempt}</span>
              <span className="sr-only">attempt {step.attempt}</span>
            </span>
          ) : null}
          <Duration
            from={step.status === "pending" || needsPerson(step) ? null : step.started_at}
            to={running ? null : (step.completed_at ?? step.started_at)}
            className="text-meta text-faint"
          />
          <span aria-hidden className="relative h-1.5 w-14 shrink-0 rounded-full">
            {bar && step.status !== "pending" ? (
              <span
                className={cx("absolute inset-y-0 min-w-1 rounded-full", STATUS_LOOKS[status].fill)}
                style={{
                  left: `${Math.min(bar.start * 100, 93)}%`,
                  width: `${Math.min(bar.length, 1 - bar.start) * 100}%`,
                }}
              />
            ) : null}
          </span>
        </span>
        {status === "failed" && why ? (
          <span className="truncate pl-[22px] text-meta text-failed" title={withMarks(why)}>
            {withMarks(why)}
          </span>
        ) : null}
        {line ? (
          <span className="truncate pl-[22px] font-mono text-[11px] leading-4 text-faint">
            {withMarks(line)}
          </span>
        ) : null}
      </Link>
    </li>
  );
}
