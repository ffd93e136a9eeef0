"use client";

import { useState } from "react";
import { announce } from "../../../../components/announcer";
import { Button } from "../../../../components/button";
import { cx } from "../../../../components/cx";
import { Dialog } from "../../../../components/dialog";
import { faultOf, restOfFault } from "../../../../components/fault";
import { TextareaField } from "../../../../components/field";
import { FormError } from "../../../../components/form-error";
import { trpc } from "../../../../trpc/react";
import type { WireRun, WireStep } from "../../../in-run/ui/wire";
import type { DraftComment, ReviewDraft } from "./review-draft";

export type ReviewDecision = "comment" | "approve" | "request_changes";

export interface Choice {
  value: ReviewDecision;
  label: string;
  hint: string;
  /** Why the person cannot choose it; null: they can. */
  refusal: string | null;
}

const DONE: Record<ReviewDecision, string> = {
  comment: "Your comments were sent.",
  approve: "You approved it.",
  request_changes: "You requested changes.",
};

/** A comment as the server takes it. */
function sentOf(comment: DraftComment) {
  const { text } = comment;
  if (comment.plan) return { plan: comment.plan, text };
  const { path, side, line, start_line } = comment;
  return { path, side, line, start_line, text };
}

/** `With 2 comments on lines and 1 on the plan.` */
function countWords(comments: readonly DraftComment[]): string {
  const plans = comments.filter(({ plan }) => plan).length;
  const lines = comments.length - plans;
  const said = (count: number) => `${count} ${count === 1 ? "comment" : "comments"}`;
  if (plans === 0) return lines === 0 ? "No comments on lines." : `With ${said(lines)} on lines.`;
  return lines === 0
    ? `With ${said(plans)} on the plan.`
    : `With ${said(lines)} on lines and ${plans} on the plan.`;
}

/** Sends a review: its comments, a text, and a decision. What fails to be sent stays. */
export function ReviewDialog({
  run,
  step,
  draft,
  choices,
  open,
  onClose,
}: {
  run: WireRun;
  /** The approval that waits; null: none does. */
  step: WireStep | null;
  draft: ReviewDraft;
  choices: readonly Choice[];
  open: boolean;
  onClose: () => void;
}) {
  const utils = trpc.useUtils();
  const [decision, setDecision] = useState<ReviewDecision | null>(null);
  // The files that the person saw when they opened this.
  const [snapshot] = useState(run.snapshot);
  const submit = trpc.reviews.submit.useMutation({
    onSettled: () =>
      Promise.all([utils.runs.invalidate(), utils.steps.invalidate(), utils.inbox.invalidate()]),
  });
  const offered = choices.filter(({ refusal }) => refusal === null);
  const chosen = offered.find(({ value }) => value === decision) ?? offered[0];
  const ready = draft.comments.filter(({ text }) => text.trim() !== "");
  const { error, isPending } = submit;

  const send = async () => {
    if (!chosen || isPending) return;
    const sent = await submit
      .mutateAsync({
        run_id: run.id,
        ...(step && chosen.value !== "comment" ? { step_id: step.id } : {}),
        decision: chosen.value,
        snapshot,
        ...(draft.text.trim() === "" ? {} : { text: draft.text }),
        comments: ready.map(sentOf),
      })
      .catch(() => null);
    if (!sent) return;
    draft.clear();
    announce(DONE[chosen.value]);
    onClose();
  };

  return (
    <Dialog
      open={open}
      onOpenChange={(next) => !next && !isPending && onClose()}
      title="Send your review"
      description={countWords(ready)}
    >
      <form
        noValidate
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          void send();
        }}
      >
        <TextareaField
          label="Summary"
          optional
          rows={4}
          maxLength={20_000}
          value={draft.text}
          onChange={(event) => draft.say(event.currentTarget.value)}
          error={faultOf(error, "text")}
        />
        <fieldset className="flex flex-col gap-1">
          <legend className="sr-only">Decision</legend>
          {choices.map(({ value, label, hint, refusal }) => (
            <label
              key={value}
              className={cx(
                "flex items-start gap-2 rounded-outer px-2 py-1.5 text-list",
                refusal === null ? "hover:bg-hover" : "text-faint",
              )}
            >
              <input
                type="radio"
                name="decision"
                className="mt-1 accent-accent"
                disabled={refusal !== null}
                checked={chosen?.value === value}
                onChange={() => setDecision(value)}
              />
              <span className="flex min-w-0 flex-col">
                <span className="font-medium">{label}</span>
                <span className="text-meta text-pretty text-muted">{refusal ?? hint}</span>
              </span>
            </label>
          ))}
        </fieldset>
        <FormError message={restOfFault(error, ["text"])} />
        <div className="flex justify-end gap-2">
          <Button disabled={isPending} onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" variant="primary" busy={isPending}>
            Send the review
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
