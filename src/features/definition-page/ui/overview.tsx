"use client";

import type { CSSProperties, ReactNode } from "react";
import { ButtonLink } from "../../../components/button-link";
import { QueryView } from "../../../components/query-view";
import { RelativeTime } from "../../../components/relative-time";
import { Loading, Skeleton, SkeletonRows } from "../../../components/skeleton";
import { endedDuration, spokenDuration } from "../../../components/time";
import { useListNavigation } from "../../../components/use-list-navigation";
import { withMarks } from "../../../lib/marks";
import { trpc } from "../../../trpc/react";
import type { CountedStep, Definition, DefinitionStatistics } from "../../definitions/schema";
import { useProject } from "../../projects/ui/project-provider";
import { RunRow } from "../../runs/ui/run-row";
import { type ColumnId, gridOf } from "../../runs/ui/table-columns";
import { DurationChart } from "./duration-chart";
import { StepGraphView } from "./step-graph";
import { StepKindSign } from "./step-kind";

/** How a definition did, what it consists of, and its newest runs. */
export function Overview({ definition }: { definition: Definition }) {
  const statistics = trpc.definitions.statistics.useQuery({ id: definition.id });
  return (
    <div className="flex flex-col gap-8 px-4 py-5">
      <QueryView query={statistics} skeleton={<FiguresSkeleton />} className="py-8">
        {(figures) => (
          <>
            {figures.runs.length === 0 ? null : <Figures figures={figures} />}
            <Steps definition={definition} figures={figures} />
            <Flaky figures={figures} />
          </>
        )}
      </QueryView>
      <NewestRuns definition={definition} />
    </div>
  );
}

function Part({ title, end, children }: { title: string; end?: ReactNode; children: ReactNode }) {
  return (
    <section aria-label={withMarks(title)} className="flex min-w-0 flex-col gap-3">
      <div className="flex min-h-6 items-center gap-3">
        <h2 className="text-prose font-medium">{title}</h2>
        {end ? <div className="ml-auto flex items-center gap-2 text-meta text-faint">{end}</div> : null}
      </div>
      {children}
    </section>
  );
}

function FiguresSkeleton() {
  return (
    <Loading label="Loading the figures" className="flex flex-col gap-5">
      <div className="flex gap-8">
        {["a", "b", "c", "d"].map((key) => (
          <Skeleton key={key} className="h-9 w-24" />
        ))}
      </div>
      <Skeleton className="h-40 w-full" />
    </Loading>
  );
}

function Figures({ figures }: { figures: DefinitionStatistics }) {
  const { slug } = useProject();
  const { runs, is_all, completed, failed, cancelled, success_rate, median_ms, p95_ms } = figures;
  const oldest = runs.at(-1);
  const whole = runs.length === 1 ? "Its only run" : `All of its ${runs.length} runs`;
  return (
    <Part
      title="How it does"
      end={
        oldest ? (
          <span>
            {is_all ? whole : `Its latest ${runs.length} runs`}, since <RelativeTime at={oldest.created_at} />
          </span>
        ) : null
      }
    >
      <dl className="flex flex-wrap gap-x-10 gap-y-4">
        <Figure label="Success" hint="Completed runs of those that completed or failed">
          {success_rate === null ? "–" : percent(success_rate)}
          <span className="text-list text-faint">
            {completed} of {completed + failed}
          </span>
        </Figure>
        <Figure label="Half take at most" hint={median_ms === null ? undefined : spokenDuration(median_ms)}>
          {median_ms === null ? "–" : endedDuration(median_ms)}
        </Figure>
        <Figure label="95 of 100 take at most" hint={p95_ms === null ? undefined : spokenDuration(p95_ms)}>
          {p95_ms === null ? "–" : endedDuration(p95_ms)}
        </Figure>
        <Figure label="Failed">{failed}</Figure>
        <Figure label="Cancelled">{cancelled}</Figure>
      </dl>
      <DurationChart runs={runs} median={median_ms} hrefOf={(run) => `/p/${slug}/runs/${run.id}`} />
      <p className="text-meta text-faint">
        Time at work, without what runs waited for people. A dot marks those that did not complete; the dashed
        line is the median.
      </p>
    </Part>
  );
}

function Figure({
  label,
  hint,
  children,
}: {
  label: string;
  hint?: string | undefined;
  children: ReactNode;
}) {
  return (
    <div className="flex flex-col gap-0.5" title={hint && withMarks(hint)}>
      <dt className="text-meta text-faint">{label}</dt>
      <dd className="flex items-baseline gap-2 text-title font-medium tabular-nums">{children}</dd>
    </div>
  );
}

/** A share in whole percent; only what is all or nothing reads as 100 or 0. */
function percent(share: number): string {
  const whole = Math.round(share * 100);
  if (whole === 100 && share < 1) return ">99 %";
  if (whole === 0 && share > 0) return "<1 %";
  return `${whole} %`;
}

function Steps({ definition, figures }: { definition: Definition; figures: DefinitionStatistics }) {
  const isCode = definition.type === "code";
  const steps = isCode
    ? figures.steps.map(({ step_id, name, kind, phase }) => ({ id: step_id, name, kind, phase }))
    : definition.steps;
  if (steps.length === 0 && definition.phases.length === 0) return null;
  return (
    <Part title="Phases and steps">
      {isCode ? (
        <p className="text-muted">
          {steps.length === 0
            ? "The code asks for its steps as it runs: they stand here once it has."
            : "The steps that its code asked for in these runs."}
        </p>
      ) : null}
      <StepGraphView phases={definition.phases} steps={steps} counted={figures.steps} />
      {!isCode && definition.steps.some(({ rework }) => rework !== null) ? (
        <p className="text-meta text-faint">A dashed line leads back to where requested changes are made.</p>
      ) : null}
    </Part>
  );
}

function Flaky({ figures: { steps, runs } }: { figures: DefinitionStatistics }) {
  const flaky = steps
    .filter((step) => step.flaky_runs > 0)
    .sort((a, b) => shareOf(b) - shareOf(a) || b.flaky_runs - a.flaky_runs);
  if (runs.length === 0) return null;
  return (
    <Part title="Flaky steps">
      {flaky.length === 0 ? (
        <p className="text-muted">None: no step of these runs failed and then passed in the same run.</p>
      ) : (
        <>
          <ul className="flex flex-col divide-y divide-line rounded-outer border border-line">
            {flaky.slice(0, 10).map((step) => (
              <li key={step.step_id} className="flex min-h-9 items-center gap-2 px-3">
                <StepKindSign kind={step.kind} />
                <span className="min-w-0 flex-1 truncate">{withMarks(step.name)}</span>
                <span aria-hidden className="h-1.5 w-24 overflow-hidden rounded-full bg-line max-sm:hidden">
                  <span
                    className="block h-full bg-stalled"
                    style={{ width: `${Math.max(3, shareOf(step) * 100)}%` }}
                  />
                </span>
                <span className="shrink-0 text-muted tabular-nums">
                  {step.flaky_runs} of {step.runs} {step.runs === 1 ? "run" : "runs"}
                </span>
              </li>
            ))}
          </ul>
          <p className="text-meta text-faint">
            They failed and then passed at a later attempt of the same run.
            {flaky.length > 10 ? ` ${flaky.length - 10} more.` : ""}
          </p>
        </>
      )}
    </Part>
  );
}

const shareOf = ({ flaky_runs, runs }: CountedStep) => (runs === 0 ? 0 : flaky_runs / runs);

const COLUMNS: readonly ColumnId[] = ["now", "steps", "took", "created"];
const SHOWN = 10;

function NewestRuns({ definition }: { definition: Definition }) {
  const { id: project_id, slug } = useProject();
  const list = useListNavigation<HTMLUListElement>();
  const runs = trpc.runs.list.useQuery({
    project_id,
    workflow_definition_id: definition.id,
    limit: SHOWN,
  });
  return (
    <Part
      title="Latest runs"
      end={
        definition.runs_count > 0 ? (
          <ButtonLink variant="ghost" href={`/p/${slug}/runs?definition=${definition.slug}`}>
            {definition.runs_count > SHOWN ? `All ${definition.runs_count} runs` : "In the table of runs"}
          </ButtonLink>
        ) : null
      }
    >
      <QueryView query={runs} skeleton={<SkeletonRows rows={4} label="Loading the runs" />} className="py-6">
        {({ items }) =>
          items.length === 0 ? (
            <p className="text-muted">
              It has not run yet.{" "}
              {definition.status === "active" && definition.disabled_at === null
                ? "Start it to see how it does."
                : null}
            </p>
          ) : (
            <ul
              ref={list}
              aria-label="Latest runs"
              className="divide-y divide-line rounded-outer border border-line"
              style={{ "--run-columns": gridOf(COLUMNS) } as CSSProperties}
            >
              {items.map((run) => (
                <RunRow key={run.id} run={run} href={`/p/${slug}/runs/${run.id}`} columns={COLUMNS} />
              ))}
            </ul>
          )
        }
      </QueryView>
    </Part>
  );
}
