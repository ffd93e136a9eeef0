"use client";

import { Split } from "lucide-react";
import { useLayoutEffect, useRef, useState } from "react";
import { cx } from "../../../components/cx";
import { endedDuration, spokenDuration } from "../../../components/time";
import { withMarks } from "../../../lib/marks";
import type { CountedStep } from "../../definitions/schema";
import { type GraphStep, layOut, STEP_HEIGHT, sideBySide } from "./step-graph-layout";
import { StepKindSign } from "./step-kind";

/** Below this the phases stand below each other. */
const BESIDE = 560;

/**
 * A drawing of the steps by phase, with lines to those that wait for them, and dashed ones back to where a request for
 * changes leads; a step in focus shows its own.
 */
export function StepGraphView({
  phases,
  steps,
  counted,
}: {
  phases: readonly string[];
  steps: readonly GraphStep[];
  counted: readonly CountedStep[];
}) {
  const box = useRef<HTMLElement>(null);
  const [room, setRoom] = useState<number | null>(null);
  const [shown, setShown] = useState<string | null>(null);
  useLayoutEffect(() => {
    const element = box.current;
    if (!element) return;
    const measure = () => setRoom(element.clientWidth);
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  const graph = layOut(phases, steps, room !== null && room < BESIDE ? room : null);
  const beside = sideBySide(steps);
  const figures = new Map(counted.map((step) => [step.step_id, step]));
  const names = new Map(steps.map(({ id, name }) => [id, name]));
  const isNear = (id: string) =>
    shown === id ||
    [...graph.lines, ...graph.backs].some(
      ({ from, to }) => (from === shown && to === id) || (to === shown && from === id),
    );
  const lineLook = ({ from, to }: { from: string; to: string }) =>
    cx("transition-[stroke]", from === shown || to === shown ? "stroke-accent-text" : "stroke-line-strong");
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls sideways must scroll by keyboard.
    <section ref={box} className="overflow-x-auto pb-1" tabIndex={0} aria-label="Drawing of the steps">
      <div className="relative" style={{ width: graph.width, height: graph.height }}>
        <svg
          aria-hidden
          className="absolute inset-0 overflow-visible"
          width={graph.width}
          height={graph.height}
        >
          {graph.lines.map((line) => (
            <path key={line.id} d={line.path} fill="none" strokeWidth={1.5} className={lineLook(line)} />
          ))}
          {graph.backs.map((line) => (
            <g key={line.id} fill="none" strokeWidth={1.5} className={lineLook(line)}>
              <path d={line.path} strokeDasharray="4 3" />
              <path d={line.head} />
            </g>
          ))}
        </svg>
        <ol className="contents">
          {graph.phases.map((phase) => (
            <li key={phase.name} className="contents">
              <span
                className="absolute truncate text-list font-medium"
                style={{ left: phase.x, top: phase.y, width: phase.width }}
              >
                {withMarks(phase.name)}
              </span>
              <ol className="contents">
                {graph.steps
                  .filter(({ step }) => step.phase === phase.name)
                  .map(({ step, x, y, width }) => (
                    <li
                      key={step.id}
                      onPointerEnter={() => setShown(step.id)}
                      onPointerLeave={() => setShown(null)}
                      style={{ left: x, top: y, width, height: STEP_HEIGHT }}
                      className={cx(
                        "absolute flex items-center gap-2 rounded-outer border bg-surface px-2 transition-colors",
                        step.is_conditional && "border-dashed",
                        shown !== null && isNear(step.id) ? "border-accent-text" : "border-line-strong",
                      )}
                    >
                      <StepKindSign kind={step.kind} />
                      <span className="min-w-0 flex-1 truncate" title={withMarks(step.name)}>
                        {withMarks(step.name)}
                      </span>
                      {beside.has(step.id) ? (
                        <Split
                          role="img"
                          aria-label="Side by side"
                          size={12}
                          className="shrink-0 text-faint"
                        />
                      ) : null}
                      <Took step={figures.get(step.id)} />
                      <span className="sr-only">{wordsOf(step, names)}</span>
                    </li>
                  ))}
              </ol>
            </li>
          ))}
        </ol>
      </div>
    </section>
  );
}

function Took({ step }: { step: CountedStep | undefined }) {
  if (!step || step.median_ms === null || step.kind === "approval") return null;
  return (
    <span
      className="shrink-0 text-meta text-faint tabular-nums"
      title={`Half of the runs took at most ${spokenDuration(step.median_ms)}`}
    >
      {endedDuration(step.median_ms)}
    </span>
  );
}

/** What a screen reader hears of the lines. */
function wordsOf({ needs, is_conditional, rework }: GraphStep, names: ReadonlyMap<string, string>): string {
  if (needs === undefined) return "";
  const after = needs.map((id) => names.get(id) ?? id).join(", ");
  const back = rework ? `. Requested changes go back to ${names.get(rework) ?? rework}` : "";
  return `${needs.length === 0 ? "Starts at once" : `After ${after}`}${is_conditional ? ", on a condition" : ""}${back}`;
}
