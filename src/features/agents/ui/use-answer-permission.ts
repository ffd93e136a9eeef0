"use client";

import { announce } from "../../../components/announcer";
import { sayFault } from "../../../components/fault";
import { toast } from "../../../components/toast";
import { trpc } from "../../../trpc/react";
import { useReadAgain } from "../../steps/ui/use-read-again";

/**
 * Answers what an agent asks leave for. It is under way until what is on screen has been read again, so that
 * nothing can be pressed twice; an answer cannot be taken back, so none is shown before the server has it.
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
