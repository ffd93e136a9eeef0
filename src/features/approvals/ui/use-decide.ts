"use client";

import { useSyncExternalStore } from "react";
import { announce } from "../../../components/announcer";
import { sayFault } from "../../../components/fault";
import { toast } from "../../../components/toast";
import type { Decision } from "../../../model/states";
import { trpc } from "../../../trpc/react";
import { useReadAgain } from "../../in-run/ui/use-read-again";
import {
  type DecisionInput,
  decideLater,
  forgetRefusal,
  pendingDecision,
  refusalOfDecision,
  subscribeDecisions,
} from "./pending-decisions";

const SAID: Record<Decision, (name: string) => string> = {
  approve: (name) => `You approved ${name}.`,
  reject: (name) => `You rejected ${name}.`,
  request_changes: (name) => `You requested changes at ${name}.`,
};
const REFUSED: Record<Decision, (name: string) => string> = {
  approve: (name) => `${name} could not be approved`,
  reject: (name) => `${name} could not be rejected`,
  request_changes: (name) => `Changes could not be requested at ${name}`,
};

/**
 * Approves or rejects a step, or requests changes, in five seconds: until then it can be taken back. `pending` is the
 * decision on its way, also one that another part of the page made; it stays until the page has been read again, so no
 * button can be pressed twice.
 */
export function useDecide(step: { id: string; name: string }, run_id: string) {
  const { client } = trpc.useUtils();
  const readAgain = useReadAgain(step.id, run_id);
  const pending = useSyncExternalStore(
    subscribeDecisions,
    () => pendingDecision(step.id),
    () => null,
  );
  const error = useSyncExternalStore(
    subscribeDecisions,
    () => refusalOfDecision(step.id),
    () => null,
  );
  const decide = (input: Omit<DecisionInput, "id">) => {
    const { decision } = input;
    const made = decideLater(
      step,
      { id: step.id, ...input },
      {
        send: async (said) => {
          try {
            await client.steps.decide.mutate(said);
          } finally {
            await readAgain();
          }
        },
        onRefused: (refusal) =>
          toast.failed(REFUSED[decision](step.name), { description: sayFault(refusal) }),
      },
    );
    if (!made) return;
    void made.settled.then((how) => {
      if (how === "sent") announce(SAID[decision](step.name));
      if (how === "undone") announce("Taken back.");
    });
  };
  return { decide, pending, error, forget: () => forgetRefusal(step.id) };
}
