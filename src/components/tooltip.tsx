"use client";

import { cloneElement, type HTMLAttributes, type ReactElement, useEffect, useRef, useState } from "react";
import { usePopups, withPopups } from "./popups";
import type { TooltipText } from "./tooltip-popup";

/** How long the pointer rests before a tooltip opens, in ms. */
const DELAY = 450;
/** So long after one has closed the next opens at once; and so long one stays for a pointer on its way to it. */
const GRACE = { next: 400, leave: 80 };

let closedAt = Number.NEGATIVE_INFINITY;

/** Explains the control it wraps; never the only place of that information. */
export function Tooltip({
  children,
  ...text
}: TooltipText & { children: ReactElement<HTMLAttributes<HTMLElement>> }) {
  const [anchor, setAnchor] = useState<Element | null>(null);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);

  const open = (on: Element, delay: number) => {
    clearTimeout(timer.current);
    const isNext = performance.now() - closedAt < GRACE.next;
    timer.current = setTimeout(() => withPopups(() => setAnchor(on)), isNext ? 0 : delay);
  };
  const close = (delay = 0) => {
    clearTimeout(timer.current);
    timer.current = setTimeout(() => {
      if (anchor) closedAt = performance.now();
      setAnchor(null);
    }, delay);
  };
  const own = children.props;
  const loaded = usePopups();
  return (
    <>
      {cloneElement(children, {
        onPointerEnter: (event) => {
          own.onPointerEnter?.(event);
          if (event.pointerType !== "touch") open(event.currentTarget, DELAY);
        },
        onPointerLeave: (event) => {
          own.onPointerLeave?.(event);
          close(GRACE.leave);
        },
        onPointerDown: (event) => {
          own.onPointerDown?.(event);
          close();
        },
        onClick: (event) => {
          own.onClick?.(event);
          close();
        },
        onFocus: (event) => {
          own.onFocus?.(event);
          if (event.currentTarget.matches(":focus-visible")) open(event.currentTarget, 0);
        },
        onBlur: (event) => {
          own.onBlur?.(event);
          close();
        },
      })}
      {anchor && loaded ? (
        <loaded.TooltipPopup
          {...text}
          anchor={anchor}
          onStay={() => clearTimeout(timer.current)}
          onClose={close}
        />
      ) : null}
    </>
  );
}
