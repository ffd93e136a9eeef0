"use client";

import { Ellipsis } from "lucide-react";
import { useRef } from "react";
import { Button } from "../../../components/button";
import { IconButton } from "../../../components/icon-button";
import { Menu, MenuItem } from "../../../components/menu";
import { withMarks } from "../../../lib/marks";
import { PendingControls } from "../../in-run/ui/pending-controls";
import { useOnSent } from "../../in-run/ui/use-pending-decision";
import type { PermissionRequest } from "../schema";
import { answersInOrder, isOfOnce } from "./permission-answers";
import { useAnswerPermission } from "./use-answer-permission";

/**
 * One button for each answer that holds for this call alone; those that hold for later ones too stand behind a menu, so
 * that nobody gives them by the way. `emphasis` highlights the one that allows the call once. While an
 * answer is on its way it can be taken back here; `onDone` is called as it was sent, before the buttons disappear.
 */
export function PermissionButtons({
  request,
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
  const { pending, answer } = useAnswerPermission(request, step, run.id);
  const box = useRef<HTMLSpanElement>(null);
  useOnSent(pending, box, onDone);
  const { options, tool_call } = request;
  const ordered = answersInOrder(options);
  const wide = ordered.filter((option) => !isOfOnce(option));
  const what = `${tool_call.title}, ${step.name} of ${run.name}`;
  if (pending) {
    return (
      <span ref={box} className="contents">
        <PendingControls pending={pending} onUndone={onDone} />
      </span>
    );
  }
  return (
    <>
      {ordered.filter(isOfOnce).map((option) => (
        <Button
          key={option.option_id}
          variant={emphasis && option.kind === "allow_once" ? "primary" : "secondary"}
          className="relative z-10 max-w-full"
          aria-label={`${option.name}: ${what}`}
          onClick={() => answer(option)}
        >
          <span className="truncate">{withMarks(option.name)}</span>
        </Button>
      ))}
      {wide.length > 0 ? (
        <Menu
          align="start"
          trigger={
            <IconButton
              label={`Answers for later calls too: ${what}`}
              icon={Ellipsis}
              className="relative z-10"
            />
          }
        >
          {wide.map((option) => (
            <MenuItem key={option.option_id} onClick={() => answer(option)}>
              {withMarks(option.name)}
            </MenuItem>
          ))}
        </Menu>
      ) : null}
    </>
  );
}
