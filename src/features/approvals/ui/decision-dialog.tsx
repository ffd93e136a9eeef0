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
  /** `snapshot`: the files that the person sees; absent: they look at none. */
  run: { id: string; name: string; snapshot?: string | null };
  open: boolean;
  decision: Decision;
  onClose: () => void;
  /** The element that gets the focus after closing, in case the opening button is gone; null: that button. */
  finalFocus: () => HTMLElement | null;
}

const TITLES: Record<Decision, (step: string) => string> = {
  approve: (step) => `Approve ${step}`,
  reject: (step) => `Reject ${step}`,
  request_changes: (step) => `Request changes at ${step}`,
};
const WHAT_COMES: Record<Decision, (run: string) => string> = {
  approve: (run) => run,
  reject: (run) => `${run} fails with it. It can be retried, and is asked again then.`,
  request_changes: () => "Say what is to be changed. For comments on lines, open the run's changes.",
};

/** Asks for the approval's form, or for the reason of another decision. */
export function DecisionDialog({ step, run, open, decision, onClose, finalFocus }: DecisionDialogProps) {
  const decide = useDecide(step, run.id);
  const form = useRef<HTMLFormElement>(null);
  const approves = decision === "approve";
  const close = () => {
    if (decide.isPending) return;
    decide.reset();
    onClose();
  };
  return (
    <Dialog
      open={open}
      onOpenChange={(next) => !next && close()}
      title={TITLES[decision](step.name)}
      description={WHAT_COMES[decision](run.name)}
      width="sm"
      finalFocus={finalFocus}
    >
      {open ? (
        <div className="flex flex-col gap-4">
          {step.request && approves ? (
            <Markdown text={step.request.prompt} imageOf={noImage} className="text-muted" />
          ) : null}
          <DecisionForm
            ref={form}
            stepId={step.id}
            form={step.request?.form ?? null}
            decision={decision}
            {...(run.snapshot === undefined ? {} : { snapshot: run.snapshot })}
            decide={decide}
            onDone={onClose}
          />
        </div>
      ) : null}
    </Dialog>
  );
}
