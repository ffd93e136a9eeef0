import { cx } from "./cx";

/** Classes of a text control. */
export const CONTROL =
  "field-text w-full rounded-outer border border-line-strong bg-surface px-2 text-text transition-colors hover:border-faint/70 focus-visible:border-focus focus-visible:outline-offset-0 disabled:opacity-55 data-invalid:border-failed aria-invalid:border-failed";

/** Classes of the button that shows a select's value. */
export const selectClass = (quiet: boolean, className?: string) =>
  cx(
    quiet
      ? "inline-flex w-fit rounded-outer px-2 text-list text-muted transition-colors hover:bg-hover hover:text-text data-popup-open:bg-hover"
      : cx(CONTROL, "flex"),
    "h-control items-center gap-1.5 text-left select-none",
    className,
  );
