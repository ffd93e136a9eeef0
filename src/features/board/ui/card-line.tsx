import type { ReactNode } from "react";
import { cx } from "../../../components/cx";
import { RelativeTime } from "../../../components/relative-time";

/** The line of a card that says where its run stands: the step, and as `CardFact`s what there is to say of it. */
export function CardLine({ place, children }: { place: string | undefined; children: ReactNode }) {
  return (
    <p className="flex min-w-0 items-baseline gap-x-1.5">
      {place ? (
        <span className="min-w-0 truncate" title={place}>
          {place}
        </span>
      ) : null}
      {children}
    </p>
  );
}

export function CardFact({ children, className }: { children: ReactNode; className?: string }) {
  return (
    <>
      <span aria-hidden className="first:hidden">
        ·
      </span>
      <span className={cx("shrink-0", className)}>{children}</span>
    </>
  );
}

/** When somebody was asked. */
export function AskedFact({ at }: { at: string }) {
  return (
    <CardFact>
      <span className="sr-only">asked </span>
      <RelativeTime at={at} />
    </CardFact>
  );
}
