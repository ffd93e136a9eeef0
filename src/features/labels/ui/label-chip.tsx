import { cx } from "../../../components/cx";
import { withMarks } from "../../../lib/marks";
import type { LabelColor } from "../../../model/labels";
import type { LabelOfRun } from "../schema";

/** Hue and chroma of each color. */
const TONES: Record<LabelColor, readonly [hue: number, chroma: number]> = {
  gray: [275, 0.01],
  red: [25, 0.16],
  orange: [50, 0.14],
  amber: [85, 0.13],
  green: [150, 0.13],
  teal: [195, 0.1],
  blue: [250, 0.14],
  violet: [300, 0.14],
  pink: [350, 0.15],
};

/** A dot in the label's color. */
export function LabelDot({ color, size = 8 }: { color: LabelColor; size?: number }) {
  const [hue, chroma] = TONES[color];
  return (
    <span
      aria-hidden
      className="inline-block shrink-0 rounded-full"
      style={{
        width: size,
        height: size,
        background: `light-dark(oklch(0.62 ${chroma} ${hue}), oklch(0.72 ${chroma} ${hue}))`,
      }}
    />
  );
}

export function LabelChip({ label, className }: { label: LabelOfRun; className?: string }) {
  return (
    <span
      title={withMarks(label.name)}
      className={cx(
        "inline-flex h-4.5 max-w-40 min-w-0 items-center gap-1 rounded-full border border-line-strong px-1.5 text-[11px] leading-none text-muted",
        className,
      )}
    >
      <LabelDot color={label.color} />
      <span className="min-w-0 truncate leading-4">{withMarks(label.name)}</span>
    </span>
  );
}

/** A run's labels, the first few of them; nothing where it has none. */
export function LabelChips({
  labels,
  most = 3,
  className,
}: {
  labels: readonly LabelOfRun[];
  most?: number;
  className?: string;
}) {
  if (labels.length === 0) return null;
  const rest = labels.slice(most);
  return (
    <span className={cx("flex min-w-0 flex-wrap items-center gap-1", className)}>
      <span className="sr-only">Labels: </span>
      {labels.slice(0, most).map((label) => (
        <LabelChip key={label.id} label={label} />
      ))}
      {rest.length > 0 ? (
        <span
          className="text-[11px] text-faint"
          title={withMarks(rest.map((label) => label.name).join(", "))}
        >
          +{rest.length}
        </span>
      ) : null}
    </span>
  );
}
