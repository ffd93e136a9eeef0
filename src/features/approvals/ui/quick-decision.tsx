"use client";

import { Button } from "../../../components/button";
import { sayFault } from "../../../components/fault";
import { toast } from "../../../components/toast";
import type { ApprovalRequest, Decision } from "../../../model/states";
import { argsSpec } from "../../definitions/ui/args-form/spec";
import type { DecisionDialogProps } from "./decision-dialog";
import { useDecide } from "./use-decide";

/** A decision that needs a dialog for its words. */
export interface ApprovalQuestion {
  step: DecisionDialogProps["step"];
  decision: Decision;
}

/**
 * Approve and reject buttons for lists, and one to request changes where the approval takes that. `onAsk` is called when the decision needs a form or a note; `onDone`
 * after a decision, before the buttons disappear.
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
  const decide = useDecide(step, run.id);
  const choose = async (decision: Decision) => {
    if (decision !== "approve" || argsSpec(request.form) !== null) {
      return onAsk({ step: { id: step.id, name: step.name, request }, decision });
    }
    const decided = await decide.mutateAsync({ id: step.id, decision }).catch((error) => {
      toast.failed(`${step.name} could not be approved`, { description: sayFault(error) });
      return null;
    });
    if (decided) onDone();
  };
  return (
    <>
      <Button
        className="relative z-10"
        busy={decide.isPending}
        aria-label={`Approve ${step.name} of ${run.name}`}
        onClick={() => void choose("approve")}
      >
        Approve
      </Button>
      <Button
        className="relative z-10"
        disabled={decide.isPending}
        aria-label={`Reject ${step.name} of ${run.name}`}
        onClick={() => void choose("reject")}
      >
        Reject
      </Button>
      {request.changes ? (
        <Button
          className="relative z-10"
          disabled={decide.isPending}
          aria-label={`Request changes at ${step.name} of ${run.name}`}
          onClick={() => void choose("request_changes")}
        >
          Request changes
        </Button>
      ) : null}
    </>
  );
}
