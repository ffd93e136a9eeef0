"use client";

import { useRef } from "react";
import { Dialog } from "../../../components/dialog";
import { Markdown } from "../../../components/markdown";
import type { ApprovalRequest, Decision } from "../../../model/states";
import { DecisionForm } from "./decision-form";
import { useDecide } from "./use-decide";

const noImage = () => null;

export interface DecisionDialogProps {
  step: { id: string; name: string; request: ApprovalRequest | null };
  run: { id: string; name: string };
  open: boolean;
  decision: Decision;
  onClose: () => void;
  /** The element that gets the focus after closing, in case the opening button is gone; null: that button. */
  finalFocus: () => HTMLElement | null;
}

/** Asks for the approval's form, or for the reason of a rejection. */
export function DecisionDialog({ step, run, open, decision, onClose, finalFocus }: DecisionDialogProps) {
  const decide = useDecide(step, run.id);
  const form = useRef<HTMLFormElement>(null);
  const rejects = decision === "reject";
  const close = () => {
    if (decide.isPending) return;
    decide.reset();
    onClose();
  };
  return (
    <Dialog
      open={open}
      onOpenChange={(next) => !next && close()}
      title={`${rejects ? "Reject" : "Approve"} ${step.name}`}
      description={
        rejects ? `${run.name} fails with it. It can be retried, and is asked again then.` : run.name
      }
      width="sm"
      finalFocus={finalFocus}
    >
      {open ? (
        <div className="flex flex-col gap-4">
          {step.request && !rejects ? (
            <Markdown text={step.request.prompt} imageOf={noImage} className="text-muted" />
          ) : null}
          <DecisionForm
            ref={form}
            stepId={step.id}
            form={step.request?.form ?? null}
            decision={decision}
            decide={decide}
            onDone={onClose}
          />
        </div>
      ) : null}
    </Dialog>
  );
}
