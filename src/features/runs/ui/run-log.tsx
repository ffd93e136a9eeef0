"use client";

import { createPortal } from "react-dom";
import type { WireRun } from "../../in-run/ui/wire";
import { DownloadLink } from "../../log/ui/log-toolbar";
import { LogViewer } from "../../log/ui/log-viewer";
import { useRunLog } from "../../log/ui/use-step-log";

/** What the definition's code printed. `tools` is the element for the panel's controls. */
export function RunLog({ run, tools }: { run: WireRun; tools: HTMLElement | null }) {
  const { store, log } = useRunLog(run.id);
  const running = run.completed_at === null;
  const href = `/api/workflow-executions/${run.id}/log`;
  const link = (
    <DownloadLink label="Download what was printed" href={href} name={`run-${run.number}.jsonl`} />
  );
  return (
    <div className="flex min-h-0 flex-1 flex-col border-t border-line">
      {tools ? createPortal(link, tools) : null}
      <LogViewer {...{ store, log, running }} view={null} wrap timestamps fromEnd={run.status === "failed"} />
    </div>
  );
}
