"use client";

import { ChangesPanel } from "../../../changes/ui/changes-panel";
import type { WireRun } from "../../../in-run/ui/wire";
import { useProject } from "../../../projects/ui/project-provider";
import { useLineComments } from "./line-comments";
import { ReviewBar } from "./review-bar";
import { useReviewDraft } from "./review-draft";

/** What a run changed, with what people say of its lines, and the bar that sends a review. */
export function ReviewedChanges({ run, tools }: { run: WireRun; tools: HTMLElement | null }) {
  const { role } = useProject();
  const draft = useReviewDraft(run.id);
  const remarks = useLineComments(run, draft, role !== "viewer");
  return (
    <>
      <ChangesPanel run={run} tools={tools} remarks={remarks} />
      <ReviewBar
        run={run}
        draft={draft}
        hint={({ name }) => `${name} waits for a decision. Press the number of a line to comment on it.`}
      />
    </>
  );
}
