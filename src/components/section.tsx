import { type ReactNode, useId } from "react";
import { withMarks } from "../lib/marks";
import { anchorOf } from "../lib/slug";
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
    <section id={anchorOf(title)} aria-labelledby={id} className="flex scroll-mt-4 flex-col gap-2.5">
      <div className="grid min-h-7 grid-cols-[minmax(0,1fr)_auto] content-end items-center gap-x-4 max-sm:gap-y-1.5">
        <h2 id={id} className="text-prose font-medium">
          {withMarks(title)}
        </h2>
        {actions ? (
          <div
            className={cx(
              "flex flex-wrap justify-end gap-2",
              description ? "sm:row-span-2 sm:self-end" : null,
            )}
          >
            {actions}
          </div>
        ) : null}
        {description ? (
          <p
            className={cx(
              "col-start-1 text-list text-pretty text-muted",
              actions ? "max-sm:col-span-2" : "col-span-2",
            )}
          >
            {withMarks(description)}
          </p>
        ) : null}
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
