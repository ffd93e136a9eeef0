import { ChevronRight } from "lucide-react";
import { cx } from "../../../components/cx";
import type { DisplayStatus } from "../../in-run/ui/status";
import { StatusIcon } from "../../in-run/ui/status-icon";
import type { PlanEntry } from "./session-log";

const LOOKS: Record<PlanEntry["status"], DisplayStatus> = {
  pending: "waiting",
  in_progress: "running",
  completed: "done",
};

/** The agent's plan and its progress. `running`: the agent is still working on it. */
export function PlanView({ plan, running }: { plan: readonly PlanEntry[]; running: boolean }) {
  if (plan.length === 0) return null;
  const done = plan.filter(({ status }) => status === "completed").length;
  const current = running ? plan.find(({ status }) => status === "in_progress") : undefined;
  return (
    <details open className="group/plan shrink-0 border-b border-line bg-sunken">
      <summary className="flex min-h-8 cursor-pointer items-center gap-1.5 px-4 text-meta text-muted outline-offset-[-2px] hover:text-text pointer-coarse:min-h-10">
        <ChevronRight
          aria-hidden
          size={12}
          className="shrink-0 transition-transform group-open/plan:rotate-90"
        />
        <span className="font-medium text-text">Plan</span>
        <span>
          {done} of {plan.length}
        </span>
        {current ? <span className="min-w-0 truncate group-open/plan:hidden">{current.content}</span> : null}
      </summary>
      <ol
        aria-label="Plan"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
        tabIndex={0}
        className="flex max-h-40 flex-col max-md:max-h-24 gap-0.5 overflow-y-auto px-4 pb-2 outline-offset-[-2px]"
      >
        {plan.map(({ content, status }, at) => {
          const look = status === "in_progress" && !running ? "waiting" : LOOKS[status];
          return (
            // biome-ignore lint/suspicious/noArrayIndexKey: an entry is its place
            <li key={at} className="flex min-w-0 items-start gap-2 text-list">
              <StatusIcon status={look} className="mt-[3px]" />
              <span className={cx("min-w-0 wrap-anywhere", status === "completed" && "text-muted")}>
                {content}
              </span>
            </li>
          );
        })}
      </ol>
    </details>
  );
}
