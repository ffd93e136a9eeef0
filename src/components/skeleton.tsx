import type { ReactNode } from "react";
import { cx } from "./cx";

/** A placeholder bar; appears after 150 ms. */
export function Skeleton({ className }: { className?: string }) {
  return <span aria-hidden className={cx("animate-late block h-3 rounded-inner bg-pressed", className)} />;
}

/** Wraps the placeholders of a region and announces once that it is loading. */
export function Loading({
  label = "Loading",
  className,
  children,
}: {
  label?: string;
  className?: string;
  children: ReactNode;
}) {
  return (
    <div aria-busy="true" className={className}>
      <span role="status" className="sr-only">
        {label}
      </span>
      {children}
    </div>
  );
}

/** Placeholder rows of a list. */
export function SkeletonRows({ rows = 6, label }: { rows?: number; label?: string }) {
  return (
    <Loading label={label} className="divide-y divide-line">
      {Array.from({ length: rows }, (_, row) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the rows are all alike
        <div key={row} className="flex h-8 items-center gap-3 px-3 pointer-coarse:h-11">
          <Skeleton className={["w-40", "w-56", "w-32"][row % 3]} />
          <Skeleton className="ml-auto w-16" />
        </div>
      ))}
    </Loading>
  );
}
