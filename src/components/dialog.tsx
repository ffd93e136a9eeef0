"use client";

import { Dialog as Base } from "@base-ui/react/dialog";
import { X } from "lucide-react";
import { type ReactNode, useRef } from "react";
import { withMarks } from "../lib/marks";
import { cx } from "./cx";
import { IconButton } from "./icon-button";

/** The dimmed background behind dialogs. */
export const BACKDROP =
  "fixed inset-0 z-40 bg-shade transition-opacity duration-[140ms] data-ending-style:opacity-0 data-starting-style:opacity-0";

/** A box in the upper middle; on a phone it rises from the bottom edge. */
export const POPUP =
  "floats fixed z-40 flex max-h-[calc(100dvh-2rem)] flex-col transition-[opacity,translate] duration-[140ms] outline-none max-sm:inset-x-0 max-sm:bottom-0 max-sm:max-h-[92dvh] max-sm:rounded-b-none data-ending-style:opacity-0 data-starting-style:opacity-0 data-starting-style:translate-y-2 sm:top-[12dvh] sm:left-1/2 sm:max-h-[80dvh] sm:-translate-x-1/2";

const WIDTHS = { sm: "sm:w-100", md: "sm:w-130", lg: "sm:w-180" } as const;

/** Where somebody begins to type in a form; null if it has no field. */
export function firstField(form: HTMLElement): HTMLElement | null {
  return form.querySelector<HTMLElement>("input:not([type=hidden]), textarea, [role=combobox]");
}

/**
 * A modal dialog. The focus returns to the opener, or to what `finalFocus` returns in case the opener is
 * gone. `footer` holds the actions, the primary one last.
 */
export function Dialog({
  open,
  onOpenChange,
  title,
  description,
  width = "md",
  footer,
  finalFocus,
  children,
}: {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  title: ReactNode;
  description?: ReactNode;
  width?: keyof typeof WIDTHS;
  footer?: ReactNode;
  finalFocus?: () => HTMLElement | null;
  children: ReactNode;
}) {
  const popup = useRef<HTMLDivElement>(null);
  // Focus the first field instead of the close button; not after a touch, which would open the keyboard.
  const initialFocus = (openedBy: string) =>
    (openedBy !== "touch" && popup.current && firstField(popup.current)) || true;
  return (
    <Base.Root open={open} onOpenChange={onOpenChange}>
      <Base.Portal>
        <Base.Backdrop className={BACKDROP} />
        <Base.Popup
          ref={popup}
          initialFocus={initialFocus}
          finalFocus={finalFocus}
          className={cx(POPUP, WIDTHS[width])}
        >
          <header className="flex items-start gap-2 px-4 pt-3">
            <div className="min-w-0 flex-1 pt-0.5">
              <Base.Title className="text-prose font-medium">{withMarks(title)}</Base.Title>
              {description ? (
                <Base.Description className="mt-0.5 text-list text-pretty text-muted">
                  {withMarks(description)}
                </Base.Description>
              ) : null}
            </div>
            <Base.Close
              render={<IconButton label="Close" icon={X} bare className="-mr-1.5 pointer-coarse:-mt-1.5" />}
            />
          </header>
          <div className="min-h-0 flex-1 scroll-pb-16 overflow-y-auto px-4 pt-3 pb-4">{children}</div>
          {footer ? (
            <footer className="flex flex-wrap justify-end gap-2 border-t border-line px-4 py-3">
              {footer}
            </footer>
          ) : null}
        </Base.Popup>
      </Base.Portal>
    </Base.Root>
  );
}
