import type { ReactNode } from "react";
import { cx } from "./cx";

/** A bar in the size of the text or thing that comes. Appears after 150 ms. */
export function Skeleton({ className }: { className?: string }) {
  return <span aria-hidden className={cx("animate-late block h-3 rounded-inner bg-pressed", className)} />;
}

/** Wraps the skeletons of one region and says once that it loads. */
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

/** Rows as a list shows them. */
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
