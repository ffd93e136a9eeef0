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
import { saidBefore } from "../../../in-run/ui/pending-decisions";
import { usePendingDecision } from "../../../in-run/ui/use-pending-decision";
import type { WireRun, WireStep } from "../../../in-run/ui/wire";
import { decisionWords } from "../use-decide";
import type { DraftComment, ReviewDraft } from "./review-draft";

export type ReviewDecision = "comment" | "approve" | "request_changes";

export interface Choice {
  value: ReviewDecision;
  label: string;
  hint: string;
  /** Why the person cannot choose it; null: they can. */
  refusal: string | null;
}

/** A comment as the server takes it. */
function sentOf(comment: DraftComment) {
  const { text } = comment;
  if (comment.plan) return { plan: comment.plan, text };
  const { path, side, line, start_line } = comment;
  return { path, side, line, start_line, text };
}

/** What was chosen the last time, where that review did not go. */
function choiceBefore(step_id: string): ReviewDecision | null {
  const before = saidBefore(step_id);
  return before?.procedure === "reviews.submit"
    ? (before.input as { decision: ReviewDecision }).decision
    : null;
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

/**
 * Sends a review: its comments, a text, and a decision. One with a decision is sent in five seconds, and can be taken back
 * until then. What is taken back, or fails to be sent, stays.
 */
export function ReviewDialog({
  run,
  step,
  draft,
  choices,
  open,
  onClose,
  finalFocus,
}: {
  run: WireRun;
  /** The approval that waits; null: none does. */
  step: WireStep | null;
  draft: ReviewDraft;
  choices: readonly Choice[];
  open: boolean;
  onClose: () => void;
  finalFocus: () => HTMLElement | null;
}) {
  const utils = trpc.useUtils();
  const later = usePendingDecision(step?.id ?? "");
  const [decision, setDecision] = useState(() => (step ? choiceBefore(step.id) : null));
  // The files that the person saw when they opened this.
  const [snapshot] = useState(run.snapshot);
  const readAgain = () =>
    Promise.all([utils.runs.invalidate(), utils.steps.invalidate(), utils.inbox.invalidate()]);
  const submit = trpc.reviews.submit.useMutation({ onSettled: readAgain });
  const offered = choices.filter(({ refusal }) => refusal === null);
  const chosen = offered.find(({ value }) => value === decision) ?? offered[0];
  const ready = draft.comments.filter(({ text }) => text.trim() !== "");
  const { isPending } = submit;
  const error = submit.error ?? later.error;
  const close = () => {
    later.forget();
    onClose();
  };

  const send = async () => {
    if (!chosen || isPending) return;
    const { comments, text } = draft;
    const sent = { comments, text };
    const input = {
      run_id: run.id,
      decision: chosen.value,
      snapshot,
      ...(text.trim() === "" ? {} : { text }),
      comments: ready.map(sentOf),
    };
    if (step && chosen.value !== "comment") {
      const decided = { ...input, step_id: step.id };
      later.decide(
        {
          name: step.name,
          words: decisionWords(chosen.value, step.name),
          call: { procedure: "reviews.submit", input: decided },
        },
        {
          send: async () => {
            await utils.client.reviews.submit.mutate(decided).finally(readAgain);
            draft.drop(sent);
          },
          onLeaving: () => draft.drop(sent),
          onRefused: () => draft.putBack(sent),
        },
      );
    } else {
      if (!(await submit.mutateAsync(input).catch(() => null))) return;
      draft.drop(sent);
      announce("Your comments were sent.");
    }
    onClose();
  };

  return (
    <Dialog
      open={open}
      onOpenChange={(next) => !next && !isPending && close()}
      finalFocus={finalFocus}
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
          <Button disabled={isPending} onClick={close}>
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
