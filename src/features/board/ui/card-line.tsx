import type { ReactNode } from "react";
import { cx } from "../../../components/cx";
import { DOTTED } from "../../../components/dotted";
import { RelativeTime } from "../../../components/relative-time";
import { withMarks } from "../../../lib/marks";

/** The line of a card that names the current step; `children` are further facts. */
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

/** Since when an answer is asked for. */
export function AskedAgo({ at }: { at: string }) {
  return (
    <span>
      <span className="sr-only">asked </span>
      <RelativeTime at={at} />
    </span>
  );
}
