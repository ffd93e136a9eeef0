"use client";

import { useRef } from "react";
import { cx } from "./cx";

/** A number that animates when it changes, but not at first. */
export function RollingNumber({ value, className }: { value: number; className?: string }) {
  const first = useRef(value);
  const changed = first.current !== value;
  // After the first change every value animates, even a return to the first one.
  if (changed) first.current = Number.NaN;
  return (
    <span key={value} className={cx("inline-block", changed && "animate-appear", className)}>
      {value}
    </span>
  );
}
