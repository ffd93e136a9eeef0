"use client";

import { announce } from "../../../components/announcer";
import { trpc } from "../../../trpc/react";
import { useReadAgain } from "../../in-run/ui/use-read-again";

/**
 * Approves or rejects a step. The mutation stays pending until the page has been read again, so no button can
 * be pressed twice. Not optimistic, since a decision cannot be taken back.
 */
export function useDecide(step: { id: string; name: string }, run_id: string) {
  const readAgain = useReadAgain(step.id, run_id);
  return trpc.steps.decide.useMutation({
    onSuccess: (_, { decision }) =>
      announce(decision === "approve" ? `You approved ${step.name}.` : `You rejected ${step.name}.`),
    onSettled: readAgain,
  });
}
