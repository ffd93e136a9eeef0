"use client";

import { Download } from "lucide-react";
import { createPortal } from "react-dom";
import { Tooltip } from "../../../components/tooltip";
import type { WireRun } from "../../in-run/ui/wire";
import { LogViewer, type ShownLog } from "../../log/ui/log-viewer";
import { useRunLog } from "../../log/ui/use-step-log";

const SHOWN: ShownLog = {
  range: null,
  current: null,
  wrap: true,
  timestamps: true,
  shownQuery: "",
  pick: null,
};

/** What the definition's code printed. `tools` is the element for the panel's controls. */
export function RunLog({ run, tools }: { run: WireRun; tools: HTMLElement | null }) {
  const log = useRunLog(run.id);
  const running = run.completed_at === null;
  return (
    <div className="flex min-h-0 flex-1 flex-col border-t border-line">
      {tools ? createPortal(<DownloadLink run={run} />, tools) : null}
      <LogViewer log={log} view={SHOWN} running={running} fromEnd={run.status === "failed"} />
    </div>
  );
}

function DownloadLink({ run }: { run: WireRun }) {
  return (
    <Tooltip label="Download what was printed">
      <a
        href={`/api/workflow-executions/${run.id}/log`}
        download={`run-${run.number}.jsonl`}
        aria-label="Download what was printed"
        className="size-control inline-flex items-center justify-center rounded-outer text-muted hover:bg-hover hover:text-text"
      >
        <Download aria-hidden size={16} />
      </a>
    </Tooltip>
  );
}
