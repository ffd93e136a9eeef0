import { type ReactNode, useState } from "react";
import { cx } from "../../../components/cx";
import { endedDuration, spokenDuration } from "../../../components/time";
import { withMarks } from "../../../lib/marks";
import { plainText } from "../../../lib/plain-text";
import { isLonger } from "./sections";

/** Characters of a value that are shown before it is unfolded. */
const FOLDED_LENGTH = 240;

/** A text of any length: the beginning of a long one, with the rest behind a button. */
export function FoldedText({ text, className }: { text: string; className?: string }) {
  const [open, setOpen] = useState(false);
  const isLong = text.length > FOLDED_LENGTH;
  const shown = isLong && !open ? `${text.slice(0, FOLDED_LENGTH)}…` : text;
  return (
    <span className={cx("block min-w-0 wrap-anywhere whitespace-pre-wrap", className)}>
      {plainText(shown)}
      {isLong ? (
        <button
          type="button"
          aria-expanded={open}
          onClick={() => setOpen(!open)}
          className="ml-1.5 rounded-inner font-sans text-meta text-accent-text hover:underline"
        >
          {open ? "Less" : `All ${text.length.toLocaleString("en")} characters`}
        </button>
      ) : null}
    </span>
  );
}

/** Where a run has nothing. */
export function Nothing({ children = "none" }: { children?: ReactNode }) {
  return <span className="text-faint">{withMarks(children)}</span>;
}

/** How much longer than the base's, where that counts. */
export function Longer({ ms, than }: { ms: number; than: number | null }) {
  if (than === null || !isLonger(ms, than)) return null;
  const isMore = ms > than;
  const by = Math.abs(ms - than);
  return (
    <span className={cx("text-meta tabular-nums", isMore ? "text-failed" : "text-done")}>
      <span aria-hidden>
        {isMore ? "+" : "−"}
        {endedDuration(by)}
      </span>
      <span className="sr-only">{`, ${spokenDuration(by)} ${isMore ? "longer" : "shorter"} than the base`}</span>
    </span>
  );
}

/** A duration with a bar, which is full at `most`, and its difference to the base. */
export function DurationCell({
  ms,
  base,
  most,
  fill = "bg-faint",
}: {
  ms: number;
  base: number | null;
  most: number;
  fill?: string;
}) {
  return (
    <span className="flex max-w-72 min-w-0 flex-1 flex-col gap-1">
      <span className="flex flex-wrap items-baseline gap-x-2">
        <span className="tabular-nums">
          <span aria-hidden>{endedDuration(ms)}</span>
          <span className="sr-only">{spokenDuration(ms)}</span>
        </span>
        <Longer ms={ms} than={base} />
      </span>
      <span aria-hidden className="h-1 overflow-hidden rounded-full bg-line">
        <span
          className={cx("block h-full min-w-0.5 rounded-full", fill)}
          style={{ width: `${most > 0 ? (100 * ms) / most : 0}%` }}
        />
      </span>
    </span>
  );
}
