"use client";

import { announce } from "../../../components/announcer";
import { sayFault } from "../../../components/fault";
import { toast } from "../../../components/toast";
import { trpc } from "../../../trpc/react";
import { useReadAgain } from "../../in-run/ui/use-read-again";

/**
 * Answers a permission request. The mutation stays pending until the page has been read again, so no button
 * can be pressed twice. Not optimistic, since an answer cannot be taken back.
 */
export function useAnswerPermission(step: { id: string; name: string }, run_id: string) {
  const readAgain = useReadAgain(step.id, run_id);
  return trpc.agentSessions.answerPermission.useMutation({
    onSuccess: ({ options, option_id, tool_call }) => {
      const option = options.find((each) => each.option_id === option_id);
      announce(`You answered ${option?.name ?? option_id} to ${tool_call.title}.`);
    },
    onError: (error) => toast.failed(`${step.name} could not be answered`, { description: sayFault(error) }),
    onSettled: readAgain,
  });
}
