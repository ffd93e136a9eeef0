"use client";

import {
  Archive,
  ArchiveRestore,
  ArrowRightLeft,
  Ban,
  Columns2,
  CopyPlus,
  Ellipsis,
  Eye,
  FastForward,
  Pause,
  Pencil,
  Pin,
  PinOff,
  Play,
  RotateCcw,
  SignalHigh,
  Tag,
  Trash2,
  UserRound,
} from "lucide-react";
import { IconButton } from "../../../components/icon-button";
import { Menu, MenuGroup, MenuItem, MenuSeparator } from "../../../components/menu";
import { withMarks } from "../../../lib/marks";
import { retryStep } from "../../in-run/ui/run-facts";
import type { FailingRun, FailingStep } from "../../in-run/ui/step-look";
import { useProject } from "../../projects/ui/project-provider";
import type { Asking } from "./run-dialogs";
import { useCompare } from "./use-compare";
import type { RunActions } from "./use-run-actions";

/** The most steps listed for a retry; the run page offers the others. */
const RETRY_CHOICES = 12;

/** Menu of a run's actions. Whoever sees the run may compare it. */
export function RunMenu({
  run,
  actions,
  onAsk,
  everyStep = false,
  newestRevision,
  onMove,
  className,
}: {
  run: FailingRun & { id: string; number: number; name: string; steps: readonly FailingStep[] };
  actions: RunActions;
  onAsk: (asking: Asking) => void;
  /** Also offers a retry from each step. */
  everyStep?: boolean;
  /** Offers a retry on this newer revision; given if the run uses an older one. */
  newestRevision?: number | undefined;
  /** On a board: asks for the column to move the card to. */
  onMove?: (() => void) | undefined;
  className?: string;
}) {
  const { allowed } = actions;
  const { may } = useProject();
  const { openWithLastGood } = useCompare();
  const first = retryStep(run);
  const others = everyStep ? run.steps.filter((step) => step !== first).slice(0, RETRY_CHOICES) : [];
  return (
    <Menu
      trigger={
        <IconButton
          label={`Actions for ${run.name}`}
          icon={Ellipsis}
          bare
          busy={actions.busy}
          className={className}
        />
      }
    >
      {allowed.includes("pause") ? (
        <MenuItem icon={Pause} onClick={actions.pause}>
          Pause
        </MenuItem>
      ) : null}
      {allowed.includes("resume") ? (
        <MenuItem icon={Play} onClick={actions.resume}>
          Resume
        </MenuItem>
      ) : null}
      {allowed.includes("retry") && first ? (
        <MenuItem icon={RotateCcw} onClick={() => onAsk({ retry: first.step_id, revision: "same" })}>
          Retry from {withMarks(first.name)}…
        </MenuItem>
      ) : null}
      {allowed.includes("retry") && first && newestRevision !== undefined ? (
        <MenuItem icon={RotateCcw} onClick={() => onAsk({ retry: first.step_id, revision: "newest" })}>
          Retry from {withMarks(first.name)} on r{newestRevision}, the newest…
        </MenuItem>
      ) : null}
      {allowed.includes("retry") && others.length > 0 ? (
        <>
          <MenuSeparator />
          <MenuGroup label="Retry from">
            {others.map((step) => (
              <MenuItem key={step.step_id} onClick={() => onAsk({ retry: step.step_id, revision: "same" })}>
                {withMarks(step.name)}
              </MenuItem>
            ))}
          </MenuGroup>
        </>
      ) : null}
      {allowed.includes("again") ? (
        <>
          <MenuItem icon={CopyPlus} onClick={() => onAsk("again")}>
            Run again…
          </MenuItem>
          <MenuItem icon={FastForward} onClick={actions.again}>
            Run again at once
          </MenuItem>
        </>
      ) : null}
      {onMove ? (
        <MenuItem icon={ArrowRightLeft} shortcut="m" onClick={onMove}>
          Move to…
        </MenuItem>
      ) : null}
      <MenuItem icon={Columns2} shortcut="=" onClick={() => void openWithLastGood(run)}>
        Compare with the last good one
      </MenuItem>
      {may("run:write") ? (
        <>
          <MenuItem icon={Pencil} shortcut="shift+e" onClick={() => onAsk("rename")}>
            Rename…
          </MenuItem>
          <MenuItem icon={Tag} shortcut="shift+l" onClick={() => onAsk("labels")}>
            Labels…
          </MenuItem>
          <MenuItem icon={UserRound} shortcut="shift+a" onClick={() => onAsk("assignee")}>
            Assign…
          </MenuItem>
          <MenuItem icon={SignalHigh} shortcut="shift+p" onClick={() => onAsk("priority")}>
            Priority…
          </MenuItem>
        </>
      ) : null}
      {may("run:write") ? (
        <MenuItem icon={actions.isPinned ? PinOff : Pin} shortcut="shift+k" onClick={actions.setPinned}>
          {actions.isPinned ? "Unpin" : "Pin, to keep it"}
        </MenuItem>
      ) : null}
      {actions.mayAcknowledge ? (
        <MenuItem
          icon={Eye}
          shortcut="shift+g"
          onClick={() => actions.setAcknowledged(!actions.isAcknowledged)}
        >
          {actions.isAcknowledged ? "Take the acknowledgement back" : "Acknowledge the failure"}
        </MenuItem>
      ) : null}
      {actions.mayArchive ? (
        <MenuItem
          icon={actions.isArchived ? ArchiveRestore : Archive}
          shortcut="shift+z"
          onClick={() => actions.setArchived(!actions.isArchived)}
        >
          {actions.isArchived ? "Take out of the archive" : "Archive"}
        </MenuItem>
      ) : null}
      {allowed.includes("cancel") ? (
        <MenuItem icon={Ban} danger onClick={() => onAsk("cancel")}>
          Cancel…
        </MenuItem>
      ) : null}
      {allowed.includes("delete") ? (
        <>
          <MenuSeparator />
          <MenuItem icon={Trash2} danger onClick={() => onAsk("delete")}>
            Delete…
          </MenuItem>
        </>
      ) : null}
    </Menu>
  );
}
