"use client";

import { useAddress } from "../../../../components/use-address";
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
  const { get } = useAddress();
  const step = run.steps.find(({ step_id }) => step_id === get("on"));
  const remarks = useLineComments(run, step?.step_id, draft, role !== "viewer");
  return (
    <>
      <ChangesPanel run={run} tools={tools} remarks={remarks} />
      <ReviewBar
        run={run}
        draft={draft}
        hint={({ name }) =>
          step
            ? `${name} waits for a decision. Show the whole run to comment on its lines.`
            : `${name} waits for a decision. Press the plus beside a line to comment on it.`
        }
      />
    </>
  );
}
