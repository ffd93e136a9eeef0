"use client";

import { MessageSquareDiff } from "lucide-react";
import { useRef, useState } from "react";
import { Button } from "../../../../components/button";
import { useCommands } from "../../../../components/commands";
import { trpc } from "../../../../trpc/react";
import { argsSpec } from "../../../definitions/ui/args-form/spec";
import { PendingControls } from "../../../in-run/ui/pending-controls";
import { usePendingDecision } from "../../../in-run/ui/use-pending-decision";
import type { WireRun, WireStep } from "../../../in-run/ui/wire";
import { useProject } from "../../../projects/ui/project-provider";
import { refusalOf } from "../approval-facts";
import { type Choice, ReviewDialog } from "./review-dialog";
import type { DraftComment, ReviewDraft } from "./review-draft";

/**
 * The bar that sends a review. `hint`: what it says while nothing is said yet; absent: it is not there then. `isHere`:
 * it is there for such comments alone.
 */
export function ReviewBar({
  run,
  draft,
  hint,
  isHere,
}: {
  run: WireRun;
  draft: ReviewDraft;
  hint?: (step: WireStep) => string;
  isHere?: (comment: DraftComment) => boolean;
}) {
  const { role } = useProject();
  const waiting = run.steps.filter(({ waiting_for }) => waiting_for === "approval");
  const step = waiting.length === 1 ? (waiting[0] ?? null) : null;
  const [open, setOpen] = useState(false);
  const section = useRef<HTMLElement>(null);
  const firstButton = () => section.current?.querySelector("button") ?? null;
  const { pending } = usePendingDecision(step?.id ?? "");
  const choices = useChoices(run, step, draft);
  const count = draft.comments.length;
  const asks = hint && step ? hint(step) : null;
  const shows =
    role !== "viewer" &&
    (isHere ? draft.comments.some(isHere) : count > 0 || draft.text !== "" || asks !== null);
  useCommands(
    shows && !pending
      ? [
          {
            id: isHere ? "plan.review" : "changes.review",
            label: "Send a review",
            group: "Changes",
            icon: MessageSquareDiff,
            run: () => setOpen(true),
          },
        ]
      : [],
  );
  return (
    <>
      {shows ? (
        <section
          ref={section}
          tabIndex={-1}
          aria-label="Your review"
          className="flex min-h-11 shrink-0 flex-wrap items-center gap-2 border-t border-line bg-surface px-3 py-1.5 text-list"
        >
          <span className="min-w-0 flex-1 text-pretty text-muted">
            {pending
              ? null
              : count > 0
                ? `${count} ${count === 1 ? "comment" : "comments"} not sent`
                : (asks ?? "A summary not sent")}
          </span>
          {pending ? (
            <PendingControls pending={pending} onUndone={() => section.current?.focus()} />
          ) : (
            <Button variant="primary" icon={MessageSquareDiff} onClick={() => setOpen(true)}>
              Review…
            </Button>
          )}
        </section>
      ) : null}
      {open ? (
        <ReviewDialog
          open
          run={run}
          step={step}
          draft={draft}
          choices={choices}
          onClose={() => setOpen(false)}
          finalFocus={firstButton}
        />
      ) : null}
    </>
  );
}

/** What a review may decide, and why something cannot be chosen. */
function useChoices(run: WireRun, step: WireStep | null, draft: ReviewDraft): Choice[] {
  const { role } = useProject();
  const me = trpc.users.me.useQuery();
  const read = trpc.steps.get.useQuery({ id: step?.id ?? "" }, { enabled: step !== null });
  const comment: Choice = {
    value: "comment",
    label: "Comment",
    hint: isHeard(run, draft)
      ? "Say something without a decision. The agent reads what is on its plan at the end of its turn."
      : "Say something without a decision.",
    refusal: null,
  };
  const request = step?.request ?? null;
  if (!step || !request) return [comment];
  const asked = {
    approvers: request.approvers,
    started_by: run.user_id,
    attempt: step.attempt,
    snapshot: run.snapshot,
    decisions: read.data?.decisions ?? [],
  };
  const reader = { user_id: me.data?.id, role };
  const refusal = refusalOf(asked, reader);
  // Who started the run may send it back, whoever is to approve it.
  const own = { ...asked, approvers: { ...asked.approvers, allow_self: true } };
  const hasForm = argsSpec(request.form) !== null;
  const form = hasForm ? "It asks for an answer: approve it from its step." : null;
  const back = run.steps.find(({ step_id }) => step_id === request.changes?.rework);
  const changes: Choice[] = request.changes
    ? [
        {
          value: "request_changes",
          label: "Request changes",
          hint: back
            ? `The run goes back to ${back.name} with what you say.`
            : "The run goes on with what you say.",
          refusal: refusalOf(own, reader),
        },
      ]
    : [];
  const approve: Choice = {
    value: "approve",
    label: "Approve",
    hint: `${step.name} is approved for the files as they are.`,
    refusal: refusal ?? form,
  };
  return [...changes, approve, comment];
}

/** Whether an agent at work gets what is said of its plan. */
function isHeard(run: WireRun, draft: ReviewDraft): boolean {
  const planned = new Set(draft.comments.map(({ plan }) => plan?.step_id));
  return run.steps.some(
    ({ step_id, status, agent_session }) =>
      planned.has(step_id) && status === "running" && agent_session?.takes_messages === true,
  );
}
