import type { ReactNode } from "react";
import { cx } from "../../../components/cx";
import { DOTTED } from "../../../components/dotted";
import { RelativeTime } from "../../../components/relative-time";
import { withMarks } from "../../../lib/marks";

/** The line of a card that says where its run stands: the step, and as elements what else there is to say of it. */
export function CardLine({ place, children }: { place: string | undefined; children: ReactNode }) {
  return (
    <p className={cx(DOTTED, "items-baseline *:shrink-0 pointer-coarse:pr-8")}>
      {place ? (
        <span className="min-w-0 shrink! truncate" title={withMarks(place)}>
          {withMarks(place)}
        </span>
      ) : null}
      {children}
    </p>
  );
}

/** When somebody was asked. */
export function Asked({ at }: { at: string }) {
  return (
    <span>
      <span className="sr-only">asked </span>
      <RelativeTime at={at} />
    </span>
  );
}
