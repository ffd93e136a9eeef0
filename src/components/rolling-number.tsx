"use client";

import { useRef } from "react";
import { cx } from "./cx";

/** A number that rolls in when it changes; the first stands still. */
export function RollingNumber({ value, className }: { value: number; className?: string }) {
  const first = useRef(value);
  const changed = first.current !== value;
  // Once it has changed, every later value rolls, also back to the first.
  if (changed) first.current = Number.NaN;
  return (
    <span key={value} className={cx("inline-block", changed && "animate-appear", className)}>
      {value}
    </span>
  );
}
