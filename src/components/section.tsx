import { type ReactNode, useId } from "react";
import { withMarks } from "../lib/marks";
import { cx } from "./cx";

/** A section of a settings page: description on the left, controls in a bordered panel. */
export function Section({
  title,
  description,
  actions,
  tone = "normal",
  children,
}: {
  title: string;
  description?: ReactNode;
  actions?: ReactNode;
  tone?: "normal" | "danger";
  children: ReactNode;
}) {
  const id = useId();
  return (
    <section aria-labelledby={id} className="flex flex-col gap-2.5">
      <div className="flex min-h-7 flex-wrap items-end justify-between gap-x-4 gap-y-2">
        <div className="min-w-0">
          <h2 id={id} className="text-prose font-medium">
            {withMarks(title)}
          </h2>
          {description ? <p className="text-list text-pretty text-muted">{withMarks(description)}</p> : null}
        </div>
        {actions}
      </div>
      <div
        className={cx(
          "overflow-hidden rounded-outer border bg-surface",
          tone === "danger" ? "border-failed/40" : "border-line",
        )}
      >
        {children}
      </div>
    </section>
  );
}

/** The column that holds the sections. */
export function Sections({ children }: { children: ReactNode }) {
  return <div className="mx-auto flex w-full max-w-180 flex-col gap-8 px-4 pt-6 pb-16">{children}</div>;
}
