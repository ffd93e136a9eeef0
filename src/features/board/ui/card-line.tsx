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

/** A time, with a word before it that only screen readers say. */
export function Moment({ word, at }: { word: string; at: string }) {
  return (
    <span>
      <span className="sr-only">{word} </span>
      <RelativeTime at={at} />
    </span>
  );
}
