"use client";

import { useRef } from "react";
import { Button } from "../../../components/button";
import type { ApprovalRequest, Decision } from "../../../model/states";
import { PendingControls } from "../../in-run/ui/pending-controls";
import { useOnSent } from "../../in-run/ui/use-pending-decision";
import type { DecisionDialogProps } from "./decision-dialog";
import { useDecide } from "./use-decide";

/** A decision to be made, with the question and what it is about before it. */
export interface ApprovalQuestion {
  step: DecisionDialogProps["step"];
  decision: Decision;
}

/**
 * Approve and reject buttons for lists, and one to request changes where the approval takes that. Each calls `onAsk`,
 * since nobody is to decide what is not shown. While a decision is on its way it can be taken back here; `onDone` is
 * called as it was sent, where the focus is here, since the buttons disappear then.
 */
export function QuickDecision({
  step,
  run,
  request,
  onAsk,
  onDone,
}: {
  step: { id: string; name: string };
  run: { id: string; name: string };
  request: ApprovalRequest;
  onAsk: (question: ApprovalQuestion) => void;
  onDone: () => void;
}) {
  const { pending } = useDecide(step, run.id);
  const box = useRef<HTMLSpanElement>(null);
  useOnSent(pending, box, onDone);
  const ask = (decision: Decision) => onAsk({ step: { id: step.id, name: step.name, request }, decision });
  return (
    <span ref={box} className="flex flex-wrap items-center gap-1.5">
      {pending ? (
        <PendingControls pending={pending} onUndone={onDone} />
      ) : (
        <>
          <Button
            className="relative z-10"
            aria-haspopup="dialog"
            aria-label={`Approve ${step.name} of ${run.name}`}
            onClick={() => ask("approve")}
          >
            Approve…
          </Button>
          <Button
            className="relative z-10"
            aria-haspopup="dialog"
            aria-label={`Reject ${step.name} of ${run.name}`}
            onClick={() => ask("reject")}
          >
            Reject…
          </Button>
          {request.changes ? (
            <Button
              className="relative z-10"
              aria-haspopup="dialog"
              aria-label={`Request changes at ${step.name} of ${run.name}`}
              onClick={() => ask("request_changes")}
            >
              Request changes…
            </Button>
          ) : null}
        </>
      )}
    </span>
  );
}
