"use client";

import type { Decision } from "../../../model/states";
import { trpc } from "../../../trpc/react";
import { type DecisionWords, saidBefore } from "../../in-run/ui/pending-decisions";
import { usePendingDecision } from "../../in-run/ui/use-pending-decision";
import { useReadAgain } from "../../in-run/ui/use-read-again";

/** What `steps.decide` takes. */
interface DecisionInput {
  id: string;
  decision: Decision;
  note?: string;
  answer?: Record<string, unknown>;
  snapshot?: string | null;
}

const WORDS: Record<Decision, (name: string) => DecisionWords> = {
  approve: (name) => ({
    made: "Approved",
    comes: `You approve ${name}`,
    sent: `You approved ${name}.`,
    refused: `${name} could not be approved`,
  }),
  reject: (name) => ({
    made: "Rejected",
    comes: `You reject ${name}`,
    sent: `You rejected ${name}.`,
    refused: `${name} could not be rejected`,
  }),
  request_changes: (name) => ({
    made: "Changes requested",
    comes: `You request changes at ${name}`,
    sent: `You requested changes at ${name}.`,
    refused: `Changes could not be requested at ${name}`,
  }),
};

/** What is said of a decision about a step. */
export const decisionWords = (decision: Decision, name: string): DecisionWords => WORDS[decision](name);

/** What was said with such a decision, where it was taken back or refused. */
export function decisionBefore(step_id: string, decision: Decision): DecisionInput | undefined {
  const before = saidBefore(step_id);
  const input = before?.procedure === "steps.decide" ? (before.input as DecisionInput) : undefined;
  return input?.decision === decision ? input : undefined;
}

/**
 * Approves or rejects a step, or requests changes, in five seconds: until then it can be taken back. `pending` stays until
 * the page has been read again.
 */
export function useDecide(step: { id: string; name: string }, run_id: string) {
  const { client } = trpc.useUtils();
  const readAgain = useReadAgain(step.id, run_id);
  const later = usePendingDecision(step.id);
  const decide = (said: Omit<DecisionInput, "id">) => {
    const input = { id: step.id, ...said };
    const words = decisionWords(said.decision, step.name);
    later.decide(
      { name: step.name, words, call: { procedure: "steps.decide", input } },
      { send: () => client.steps.decide.mutate(input).finally(readAgain) },
    );
  };
  return { ...later, decide };
}
