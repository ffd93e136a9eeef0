import type { ReactNode } from "react";
import { withMarks } from "../../lib/marks";
import { Logo } from "./logo";

/** A page for signed-out people: logo, short title, one thing to do. */
export function PlainPage({
  title,
  intro,
  children,
}: {
  title: string;
  intro?: ReactNode;
  children?: ReactNode;
}) {
  return (
    <main className="flex min-h-dvh flex-col items-center bg-sunken px-4 pt-[14dvh] pb-12">
      <div className="mb-6 flex items-center gap-2 text-prose font-medium">
        <Logo size={20} />
        Phaseboard
      </div>
      <div className="w-full max-w-90 rounded-outer border border-line bg-surface p-5">
        <h1 className="text-title font-medium">{withMarks(title)}</h1>
        {intro ? <div className="mt-1 text-list text-pretty text-muted">{intro}</div> : null}
        {children ? <div className="mt-4">{children}</div> : null}
      </div>
    </main>
  );
}
