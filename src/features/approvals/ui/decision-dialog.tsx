"use client";

import { useRef, useState } from "react";
import { Button } from "../../../components/button";
import { Dialog } from "../../../components/dialog";
import { Markdown } from "../../../components/markdown";
import type { ApprovalRequest, Decision } from "../../../model/states";
import { DecisionForm } from "./decision-form";
import { Evidence } from "./evidence";
import { useDecide } from "./use-decide";

const noImage = () => null;

export interface DecisionDialogProps {
  step: { id: string; name: string; request: ApprovalRequest | null };
  /** `snapshot`: the files that the person sees; absent: they look at none, but for what `href` shows. */
  run: { id: string; name: string; snapshot?: string | null };
  /** The run's page: the question and what it is about are shown here too. Absent: they stand beside the dialog. */
  href?: string;
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

/** Asks for a decision: the question, what it is about, its form and a note. */
export function DecisionDialog(props: DecisionDialogProps) {
  const { open, onClose, finalFocus, step, run } = props;
  const [chosen, setChosen] = useState<Decision | null>(null);
  const [footer, setFooter] = useState<HTMLElement | null>(null);
  const decide = useDecide(step, run.id);
  const decision = chosen ?? props.decision;
  const close = () => {
    decide.forget();
    setChosen(null);
    onClose();
  };
  return (
    <Dialog
      open={open}
      onOpenChange={(next) => !next && close()}
      title={TITLES[decision](step.name)}
      description={WHAT_COMES[decision](run.name)}
      width={props.href ? "md" : "sm"}
      finalFocus={finalFocus}
      footer={<div ref={setFooter} className="contents" />}
    >
      {open ? (
        <Asked
          key={decision}
          {...props}
          {...{ decision, decide, footer, onChoose: setChosen }}
          onClose={close}
        />
      ) : null}
    </Dialog>
  );
}

function Asked({
  step,
  run,
  href,
  decision,
  decide,
  footer,
  onChoose,
  onClose,
}: DecisionDialogProps & {
  decide: ReturnType<typeof useDecide>;
  footer: HTMLElement | null;
  onChoose: (decision: Decision) => void;
}) {
  const form = useRef<HTMLFormElement>(null);
  const [seen, setSeen] = useState(run.snapshot);
  return (
    <div className="flex flex-col gap-4">
      {step.request && (href !== undefined || decision === "approve") ? (
        <Markdown text={step.request.prompt} imageOf={noImage} />
      ) : null}
      {href === undefined ? null : <Evidence run={run} step={step} href={href} onSeen={setSeen} />}
      <DecisionForm
        ref={form}
        stepId={step.id}
        form={step.request?.form ?? null}
        decision={decision}
        {...(seen === undefined ? {} : { snapshot: seen })}
        decide={decide}
        onDone={onClose}
        footer={footer}
        actions={
          href === undefined ? null : (
            <Others decision={decision} request={step.request} onChoose={onChoose} />
          )
        }
      />
    </div>
  );
}

/** The other decisions that can be made here. */
function Others({
  decision,
  request,
  onChoose,
}: {
  decision: Decision;
  request: ApprovalRequest | null;
  onChoose: (decision: Decision) => void;
}) {
  if (decision !== "approve") return <Button onClick={() => onChoose("approve")}>Back</Button>;
  return (
    <>
      <Button onClick={() => onChoose("reject")}>Reject…</Button>
      {request?.changes ? (
        <Button onClick={() => onChoose("request_changes")}>Request changes…</Button>
      ) : null}
    </>
  );
}
