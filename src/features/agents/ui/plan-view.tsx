import { ChevronRight, MessageSquarePlus } from "lucide-react";
import { cx } from "../../../components/cx";
import { IconButton } from "../../../components/icon-button";
import type { DisplayStatus } from "../../in-run/ui/status";
import { StatusIcon } from "../../in-run/ui/status-icon";
import { type PlanRemarks, placeRemarks, quoteOf } from "./plan-remarks";
import type { PlanEntry } from "./session-log";

const LOOKS: Record<PlanEntry["status"], DisplayStatus> = {
  pending: "waiting",
  in_progress: "running",
  completed: "done",
};

/** The agent's plan and its progress, with what people say of it. `running`: the agent is still working on it. */
export function PlanView({
  plan,
  running,
  remarks,
}: {
  plan: readonly PlanEntry[];
  running: boolean;
  remarks?: PlanRemarks;
}) {
  const said = remarks?.all ?? [];
  if (plan.length === 0 && said.length === 0) return null;
  const { beside, earlier } = placeRemarks(plan, said);
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
        {said.length > 0 ? (
          <span className="ml-auto shrink-0">
            {said.length} {said.length === 1 ? "comment" : "comments"}
          </span>
        ) : null}
      </summary>
      <ol
        aria-label="Plan"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
        tabIndex={0}
        className={cx(
          "flex flex-col gap-0.5 overflow-y-auto px-4 pb-2 outline-offset-[-2px]",
          said.length > 0 ? "max-h-[45dvh]" : "max-h-40 max-md:max-h-24",
        )}
      >
        {plan.map((each, at) => {
          const { content, status } = each;
          const look = status === "in_progress" && !running ? "waiting" : LOOKS[status];
          const quote = quoteOf(each);
          return (
            // biome-ignore lint/suspicious/noArrayIndexKey: an entry is its place
            <li key={at} className="group/entry flex min-w-0 flex-col text-list">
              <div className="flex min-w-0 items-start gap-2">
                <StatusIcon status={look} className="mt-[3px]" />
                <span className={cx("min-w-0 wrap-anywhere", status === "completed" && "text-muted")}>
                  {content}
                </span>
                {remarks?.onAsk && quote !== "" ? (
                  <IconButton
                    label={`Comment on entry ${at + 1} of the plan`}
                    icon={MessageSquarePlus}
                    className="size-5 text-faint opacity-0 group-hover/entry:opacity-100 focus-visible:opacity-100 pointer-coarse:size-9 pointer-coarse:opacity-100"
                    onClick={() => remarks.onAsk?.({ entry: at + 1, quote })}
                  />
                ) : null}
              </div>
              {beside.get(at)?.map(({ key }) => (
                <div key={key}>{remarks?.render(key, false)}</div>
              ))}
            </li>
          );
        })}
        {earlier.map(({ key }) => (
          <li key={key}>{remarks?.render(key, true)}</li>
        ))}
      </ol>
    </details>
  );
}
