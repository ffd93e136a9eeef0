"use client";

import type { ComponentProps } from "react";
import { SessionView } from "../../../agents/ui/session-view";
import { useRunThreads } from "../../../comments/ui/use-run-threads";
import type { WireRun } from "../../../in-run/ui/wire";
import { useProject } from "../../../projects/ui/project-provider";
import { planRemarks } from "./plan-comments";
import { ReviewBar } from "./review-bar";
import { useReviewDraft } from "./review-draft";

/** An agent's session, with what people say of its plan, and the bar that sends a review. */
export function ReviewedSession({
  run,
  step_id,
  attempt,
  ...session
}: { run: WireRun; step_id: string; attempt: number } & Omit<ComponentProps<typeof SessionView>, "remarks">) {
  const { role } = useProject();
  const draft = useReviewDraft(run.id);
  const threads = useRunThreads(run);
  const remarks = planRemarks(threads, { step_id, attempt }, draft, role !== "viewer");
  return (
    <>
      <SessionView {...session} remarks={remarks} />
      <ReviewBar
        run={run}
        draft={draft}
        isHere={({ plan }) => plan?.step_id === step_id && plan.attempt === attempt}
      />
    </>
  );
}
