"use client";

import { Tooltip as Base } from "@base-ui/react/tooltip";
import type { ReactNode } from "react";
import { withMarks } from "../lib/marks";
import { Keys } from "./kbd";

export interface TooltipText {
  label: ReactNode;
  shortcut?: string;
  side?: "top" | "bottom" | "left" | "right";
}

/** An open tooltip at its `anchor`, which says the same to screen readers. `onStay`: the pointer is on it. */
export function TooltipPopup({
  label,
  shortcut,
  side = "bottom",
  anchor,
  onStay,
  onClose,
}: TooltipText & { anchor: Element; onStay: () => void; onClose: () => void }) {
  return (
    <Base.Root
      open
      onOpenChange={(open) => {
        if (!open) onClose();
      }}
    >
      <Base.Portal>
        <Base.Positioner anchor={anchor} side={side} sideOffset={6} collisionPadding={8} className="z-50">
          <Base.Popup
            aria-hidden
            onPointerEnter={onStay}
            onPointerLeave={() => onClose()}
            className="floats animate-appear flex max-w-80 items-center gap-2 px-2 py-1 text-meta text-text"
          >
            {withMarks(label)}
            {shortcut ? <Keys shortcut={shortcut} /> : null}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}
