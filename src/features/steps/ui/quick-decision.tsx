"use client";

import { Button } from "../../../components/button";
import { sayFault } from "../../../components/fault";
import { toast } from "../../../components/toast";
import type { ApprovalRequest, Decision } from "../../../engine/states";
import { argsSpec } from "../../definitions/ui/args-form/spec";
import type { DecisionDialogProps } from "./decision-dialog";
import { useDecide } from "./use-decide";

/** What is to be decided in a dialog, since it takes words. */
export interface Question {
  step: DecisionDialogProps["step"];
  decision: Decision;
}

/**
 * Approve and reject beside what asks for it, in a list. `onAsk`: the answer takes more than the button;
 * `onDone`: it is decided, and the buttons are about to go.
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
  onAsk: (question: Question) => void;
  onDone: () => void;
}) {
  const decide = useDecide(step, run.id);
  const choose = async (decision: Decision) => {
    if (decision === "reject" || argsSpec(request.form) !== null) {
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
    </>
  );
}
