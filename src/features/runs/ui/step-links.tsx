"use client";

import { type LucideIcon, MessageSquare, Paperclip } from "lucide-react";
import { RollingNumber } from "../../../components/rolling-number";
import { Tooltip } from "../../../components/tooltip";
import { useAddress } from "../../../components/use-address";
import { withMarks } from "../../../lib/marks";
import type { WireRun, WireStep } from "../../in-run/ui/wire";

/** Links from a step to its comments and artifacts; without any, to the place where they are added. */
export function StepLinks({ run, step, writes }: { run: WireRun; step: WireStep; writes: boolean }) {
  const { set } = useAddress();
  const comments = run.comments.filter((comment) => comment.workflow_run_step_id === step.id).length;
  const artifacts = run.artifacts.filter((artifact) => artifact.workflow_run_step_id === step.id).length;
  // Pages that are not loaded yet may have more of this step.
  const moreComments = run.comments_next_cursor !== null;
  const moreArtifacts = run.artifacts_next_cursor !== null;
  const open = (more: string) => () => set({ more, on: step.step_id, comment: null });
  return (
    <span className="flex items-center">
      {comments > 0 || writes ? (
        <StepLink
          icon={MessageSquare}
          count={comments}
          andMore={moreComments}
          word="comment"
          onClick={open("comments")}
        />
      ) : null}
      {artifacts > 0 || moreArtifacts ? (
        <StepLink
          icon={Paperclip}
          count={artifacts}
          andMore={moreArtifacts}
          word="artifact"
          onClick={open("artifacts")}
        />
      ) : null}
    </span>
  );
}

function StepLink({
  icon: Icon,
  count,
  andMore,
  word,
  onClick,
}: {
  icon: LucideIcon;
  count: number;
  /** There may be more than `count`. */
  andMore: boolean;
  word: string;
  onClick: () => void;
}) {
  const label =
    count === 0
      ? word === "comment"
        ? "Comment on this step"
        : "Artifacts of this step"
      : `${count}${andMore ? " or more" : ""} ${word}${count === 1 && !andMore ? "" : "s"} on this step`;
  return (
    <Tooltip label={label}>
      <button
        type="button"
        aria-label={withMarks(label)}
        onClick={onClick}
        className="h-control flex min-w-7 items-center justify-center gap-1 rounded-outer px-1.5 text-meta text-muted transition-colors hover:bg-hover hover:text-text"
      >
        <Icon aria-hidden size={14} />
        {count > 0 ? (
          <span>
            <RollingNumber value={count} />
            {andMore ? "+" : null}
          </span>
        ) : null}
      </button>
    </Tooltip>
  );
}
