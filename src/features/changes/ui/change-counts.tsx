import { cx } from "../../../components/cx";
import { RollingNumber } from "../../../components/rolling-number";
import { withMarks } from "../../../lib/marks";
import type { ChangeCounts } from "../schema";
import { countWords } from "./change-words";

/** Short form above ten thousand; hover and screen readers get the exact number. */
const COMPACT = new Intl.NumberFormat("en", { notation: "compact", maximumFractionDigits: 1 });

/** `+120 −8`, with `in 4 files` where there is room for it. */
export function ChangeNumbers({
  counts,
  withFiles = false,
  className,
}: {
  counts: ChangeCounts;
  withFiles?: boolean;
  className?: string;
}) {
  const words = countWords(counts);
  return (
    <span
      title={withMarks(words)}
      className={cx("inline-flex shrink-0 items-baseline gap-1 tabular-nums", className)}
    >
      <span aria-hidden className="text-done">
        +<Amount value={counts.additions} />
      </span>
      <span aria-hidden className="text-failed">
        −<Amount value={counts.deletions} />
      </span>
      {withFiles ? (
        <span aria-hidden>
          in <Amount value={counts.files} /> {counts.files === 1 ? "file" : "files"}
        </span>
      ) : null}
      <span className="sr-only">{words}</span>
    </span>
  );
}

function Amount({ value }: { value: number }) {
  return value < 10_000 ? <RollingNumber value={value} /> : COMPACT.format(value);
}
