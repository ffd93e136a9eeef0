"use client";

import { trpc } from "../../../trpc/react";
import { usePendingDecision } from "../../in-run/ui/use-pending-decision";
import { useReadAgain } from "../../in-run/ui/use-read-again";
import type { PermissionRequest } from "../schema";

/**
 * Answers a permission request in five seconds: until then it can be taken back. `pending` stays until the page has been
 * read again.
 */
export function useAnswerPermission(
  { id, tool_call }: { id: string; tool_call: { title: string } },
  step: { id: string; name: string },
  run_id: string,
) {
  const { client } = trpc.useUtils();
  const readAgain = useReadAgain(step.id, run_id);
  const later = usePendingDecision(id);
  const answer = ({ option_id, name }: Pick<PermissionRequest["options"][number], "option_id" | "name">) => {
    const input = { id, option_id };
    const words = {
      made: `Answered ${name}`,
      comes: `You answer ${name} to ${tool_call.title}`,
      sent: `You answered ${name} to ${tool_call.title}.`,
      refused: `${step.name} could not be answered`,
    };
    later.decide(
      { name: step.name, words, call: { procedure: "agentSessions.answerPermission", input } },
      { send: () => client.agentSessions.answerPermission.mutate(input).finally(readAgain) },
    );
  };
  return { pending: later.pending, answer };
}
