"use client";

import { Fragment, type ReactNode, useSyncExternalStore } from "react";

export function Kbd({ children }: { children: ReactNode }) {
  return (
    <kbd className="inline-flex h-4.5 min-w-4.5 items-center justify-center rounded-inner border border-line-strong bg-sunken px-1 font-sans text-[11px] leading-none text-muted">
      {children}
    </kbd>
  );
}

const never = () => () => {};
const onApple = () => /Mac|iPhone|iPad/.test(navigator.platform);

const SIGNS: Record<string, string> = {
  enter: "↵",
  escape: "Esc",
  shift: "⇧",
  arrowup: "↑",
  arrowdown: "↓",
  arrowleft: "←",
  arrowright: "→",
};

/** A shortcut for people: "g b" as G then B, "mod+k" as ⌘K or Ctrl K. */
export function Keys({ shortcut }: { shortcut: string }) {
  const apple = useSyncExternalStore(never, onApple, () => false);
  const sign = (key: string) => (key === "mod" ? (apple ? "⌘" : "Ctrl") : (SIGNS[key] ?? key.toUpperCase()));
  return (
    <span className="inline-flex shrink-0 items-center gap-0.5">
      {shortcut.split(" ").map((stroke, index) => (
        // A sequence may hold the same stroke twice, so its place is part of its key.
        // biome-ignore lint/suspicious/noArrayIndexKey: the strokes of one shortcut never change their order
        <Fragment key={`${stroke}-${index}`}>
          {stroke.split("+").map((key) => (
            <Kbd key={key}>{sign(key)}</Kbd>
          ))}
        </Fragment>
      ))}
    </span>
  );
}
