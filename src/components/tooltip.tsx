"use client";

import { Tooltip as Base } from "@base-ui/react/tooltip";
import type { ReactElement, ReactNode } from "react";
import { withMarks } from "../lib/marks";
import { Keys } from "./kbd";

/** Explains the control it wraps; never the only place of that information. */
export function Tooltip({
  label,
  shortcut,
  side = "bottom",
  children,
}: {
  label: ReactNode;
  shortcut?: string;
  side?: "top" | "bottom" | "left" | "right";
  children: ReactElement;
}) {
  return (
    <Base.Root>
      <Base.Trigger render={children} />
      <Base.Portal>
        <Base.Positioner side={side} sideOffset={6} collisionPadding={8} className="z-50">
          <Base.Popup className="floats flex max-w-80 items-center gap-2 px-2 py-1 text-meta text-text transition-opacity duration-[120ms] data-ending-style:opacity-0 data-instant:duration-0 data-starting-style:opacity-0">
            {withMarks(label)}
            {shortcut ? <Keys shortcut={shortcut} /> : null}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}

/** One provider for the whole page, so that the next tooltip opens without a delay. */
export const TooltipProvider = ({ children }: { children: ReactNode }) => (
  <Base.Provider delay={450}>{children}</Base.Provider>
);
