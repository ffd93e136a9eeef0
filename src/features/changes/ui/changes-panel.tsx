"use client";

import { FileDiff } from "lucide-react";
import dynamic from "next/dynamic";
import { type ReactNode, useState } from "react";
import { createPortal } from "react-dom";
import { QueryView } from "../../../components/query-view";
import { Loading, Skeleton } from "../../../components/skeleton";
import { EmptyState } from "../../../components/states";
import { useAddress } from "../../../components/use-address";
import { withMarks } from "../../../lib/marks";
import { StepFilter } from "../../in-run/ui/step-filter";
import type { WireRun } from "../../in-run/ui/wire";
import { ChangesTools, useReading } from "./changes-tools";
import type { Remarks } from "./remarks";
import { useChanges } from "./use-changes";
import { useNarrow } from "./use-narrow";

/** The list of files beside the first of them. */
const skeleton = (
  <Loading label="Loading the changes" className="flex min-h-0 flex-1 overflow-hidden">
    <div className="flex w-72 shrink-0 flex-col gap-4 border-r border-line px-3 py-4 max-md:hidden">
      {["w-full", "w-40", "w-48", "w-32"].map((width) => (
        <Skeleton key={width} className={width} />
      ))}
    </div>
    <div className="flex min-w-0 flex-1 flex-col">
      <div className="flex h-10 shrink-0 items-center gap-3 bg-sunken px-4">
        <Skeleton className="w-48" />
        <Skeleton className="ml-auto w-16" />
      </div>
      <div className="flex flex-col gap-2 px-4 py-2">
        {["w-2/5", "w-3/5", "w-1/2", "w-1/3", "w-3/4", "w-1/4", "w-7/12", "w-5/12"].map((width) => (
          <Skeleton key={width} className={width} />
        ))}
      </div>
    </div>
  </Loading>
);
/** It is large, and needs a browser from its first line on. */
const ChangesView = dynamic(() => import("./changes-view").then((part) => part.ChangesView), {
  ssr: false,
  loading: () => skeleton,
});

/** What a run changed, all of it or by one step. */
export function ChangesPanel({
  run,
  tools,
  remarks,
}: {
  run: WireRun;
  /** Element beside the tabs in which the panel shows its controls. */
  tools: HTMLElement | null;
  /** What people say of lines; absent: nothing. */
  remarks?: Remarks;
}) {
  const { get, set } = useAddress();
  const narrow = useNarrow();
  const reading = useReading();
  const [listed, setListed] = useState<boolean | null>(null);
  const step = run.steps.find(({ step_id }) => step_id === get("on"));
  const choice = { run_id: run.id, step_id: step?.step_id, ignoresSpace: reading.ignoresSpace };
  const { query, files } = useChanges(choice);
  const open = listed ?? !narrow;
  const [moves, setMoves] = useState({ by: 0, count: 0 });
  const href = (name: string) =>
    `/api/workflow-executions/${run.id}/${name}${step ? `?step_id=${encodeURIComponent(step.step_id)}` : ""}`;

  return (
    <div className="flex min-h-0 flex-1 flex-col border-t border-line">
      {tools
        ? createPortal(
            <>
              <StepFilter
                steps={run.steps}
                counted={run.steps.map(({ id }) => ({ workflow_run_step_id: id }))}
                whole="The whole run"
              />
              {files.length > 0 ? (
                <ChangesTools
                  reading={reading}
                  narrow={narrow}
                  href={href}
                  listed={open}
                  onList={() => setListed(!open)}
                  onStep={(by) => setMoves(({ count }) => ({ by, count: count + 1 }))}
                />
              ) : null}
            </>,
            tools,
          )
        : null}
      {query.error?.data?.code === "CONFLICT" && files.length === 0 ? (
        <Nothing title="The changes cannot be shown">{query.error.message}</Nothing>
      ) : (
        <QueryView query={query} skeleton={skeleton}>
          {({ pages: [first] }) =>
            files.length === 0 || !first ? (
              <Nothing title={first?.note ? "No changes yet" : "Nothing changed"}>
                {first?.note ?? "The files are as they were before."}
              </Nothing>
            ) : (
              <ChangesView
                // What was folded or sought there says nothing about another step.
                key={step?.step_id ?? ""}
                choice={choice}
                files={files}
                totals={first}
                split={reading.split && !narrow}
                wrap={reading.wrap}
                listed={open}
                narrow={narrow}
                moves={moves}
                asked={get("file")}
                onFile={(path) => {
                  set({ file: path });
                  if (narrow) setListed(false);
                }}
                {...(remarks ? { remarks } : {})}
              />
            )
          }
        </QueryView>
      )}
    </div>
  );
}

function Nothing({ title, children }: { title: string; children: ReactNode }) {
  return (
    <EmptyState icon={FileDiff} title={title} className="flex-1">
      {withMarks(children)}
    </EmptyState>
  );
}
