"use client";

import { announce } from "../../../components/announcer";
import type { Decision } from "../../../model/states";
import { trpc } from "../../../trpc/react";
import { useReadAgain } from "../../in-run/ui/use-read-again";

const SAID: Record<Decision, (name: string) => string> = {
  approve: (name) => `You approved ${name}.`,
  reject: (name) => `You rejected ${name}.`,
  request_changes: (name) => `You requested changes at ${name}.`,
};

/**
 * Approves or rejects a step, or requests changes. The mutation stays pending until the page has been read again, so no button can
 * be pressed twice. Not optimistic, since a decision cannot be taken back.
 */
export function useDecide(step: { id: string; name: string }, run_id: string) {
  const readAgain = useReadAgain(step.id, run_id);
  return trpc.steps.decide.useMutation({
    onSuccess: (_, { decision }) => announce(SAID[decision](step.name)),
    onSettled: readAgain,
  });
}
