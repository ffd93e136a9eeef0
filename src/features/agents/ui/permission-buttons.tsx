"use client";

import { Ellipsis } from "lucide-react";
import { Button } from "../../../components/button";
import { IconButton } from "../../../components/icon-button";
import { Menu, MenuItem } from "../../../components/menu";
import { withMarks } from "../../../lib/marks";
import type { PermissionRequest } from "../schema";
import { answersInOrder, isOfOnce } from "./permission-answers";
import { useAnswerPermission } from "./use-answer-permission";

/**
 * One button for each answer that holds for this call alone; those that hold for later ones too stand behind a menu, so
 * that nobody gives them by the way. `emphasis` highlights the one that allows the call once. `onDone` is called after
 * an answer was given, before the buttons disappear.
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
  const ordered = answersInOrder(options);
  const wide = ordered.filter((option) => !isOfOnce(option));
  const what = `${tool_call.title}, ${step.name} of ${run.name}`;
  return (
    <>
      {ordered.filter(isOfOnce).map(({ option_id, name, kind }) => (
        <Button
          key={option_id}
          variant={emphasis && kind === "allow_once" ? "primary" : "secondary"}
          className="relative z-10 max-w-full"
          busy={answer.isPending && answer.variables.option_id === option_id}
          disabled={answer.isPending}
          aria-label={`${name}: ${what}`}
          onClick={() => void choose(option_id)}
        >
          <span className="truncate">{withMarks(name)}</span>
        </Button>
      ))}
      {wide.length > 0 ? (
        <Menu
          align="start"
          trigger={
            <IconButton
              label={`Answers for later calls too: ${what}`}
              icon={Ellipsis}
              busy={
                answer.isPending && wide.some(({ option_id }) => option_id === answer.variables.option_id)
              }
              disabled={answer.isPending}
              className="relative z-10"
            />
          }
        >
          {wide.map(({ option_id, name }) => (
            <MenuItem key={option_id} onClick={() => void choose(option_id)}>
              {withMarks(name)}
            </MenuItem>
          ))}
        </Menu>
      ) : null}
    </>
  );
}
