"use client";

import { Button } from "../../../components/button";
import { withMarks } from "../../../lib/marks";
import type { PermissionRequest } from "../schema";
import { useAnswerPermission } from "./use-answer-permission";

/**
 * One button for each answer that the agent offers. `emphasis` highlights the one that allows the call once.
 * `onDone` is called after an answer was given, before the buttons disappear.
 */
export function PermissionButtons({
  request: { id, options, tool_call },
  step,
  run,
  emphasis = false,
  onDone,
}: {
  request: Pick<PermissionRequest, "id" | "options"> & { tool_call: { title: string } };
  step: { id: string; name: string };
  run: { id: string; name: string };
  emphasis?: boolean;
  onDone: () => void;
}) {
  const answer = useAnswerPermission(step, run.id);
  const choose = async (option_id: string) => {
    const given = await answer.mutateAsync({ id, option_id }).catch(() => null);
    if (given) onDone();
  };
  return options.map(({ option_id, name, kind }) => (
    <Button
      key={option_id}
      variant={emphasis && kind === "allow_once" ? "primary" : "secondary"}
      className="relative z-10 max-w-full"
      busy={answer.isPending && answer.variables.option_id === option_id}
      disabled={answer.isPending}
      aria-label={`${name}: ${tool_call.title}, ${step.name} of ${run.name}`}
      onClick={() => void choose(option_id)}
    >
      <span className="truncate">{withMarks(name)}</span>
    </Button>
  ));
}
