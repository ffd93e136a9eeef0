"use client";

import { announce } from "../../../components/announcer";
import { trpc } from "../../../trpc/react";
import { useReadAgain } from "./use-read-again";

/**
 * Approves or rejects a step. It is under way until what is on screen has been read again, so that nothing
 * can be pressed twice; a decision cannot be taken back, so none is shown before the server has it.
 */
export function useDecide(step: { id: string; name: string }, run_id: string) {
  const readAgain = useReadAgain(step.id, run_id);
  return trpc.steps.decide.useMutation({
    onSuccess: (_, { decision }) =>
      announce(decision === "approve" ? `You approved ${step.name}.` : `You rejected ${step.name}.`),
    onSettled: readAgain,
  });
}
