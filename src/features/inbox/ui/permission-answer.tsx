"use client";

import { announce } from "../../../components/announcer";
import { Button } from "../../../components/button";
import { sayFault } from "../../../components/fault";
import { toast } from "../../../components/toast";
import { trpc } from "../../../trpc/react";
import type { AskedPermission } from "../schema";

/** The answers that an agent offers, each a button. `onDone`: one is given, and the buttons are about to go. */
export function PermissionAnswer({
  item: { id, step, run, options },
  onDone,
}: {
  item: AskedPermission;
  onDone: () => void;
}) {
  const utils = trpc.useUtils();
  const answer = trpc.agentSessions.answerPermission.useMutation({
    onSettled: () =>
      Promise.all([
        utils.inbox.list.invalidate(),
        utils.steps.get.invalidate({ id: step.id }),
        utils.runs.list.invalidate(),
      ]),
  });
  const choose = async (option_id: string, name: string) => {
    const given = await answer.mutateAsync({ id, option_id }).catch((error) => {
      toast.failed(`${step.name} could not be answered`, { description: sayFault(error) });
      return null;
    });
    if (!given) return;
    announce(`You answered ${step.name}: ${name}.`);
    onDone();
  };
  return options.map((option) => (
    <Button
      key={option.option_id}
      className="relative z-10"
      busy={answer.isPending && answer.variables.option_id === option.option_id}
      disabled={answer.isPending}
      aria-label={`${option.name}, to ${step.name} of ${run.name}`}
      onClick={() => void choose(option.option_id, option.name)}
    >
      {option.name}
    </Button>
  ));
}
