import { ChevronLeft } from "lucide-react";
import Link from "next/link";
import type { ReactNode } from "react";
import { withMarks } from "../lib/marks";

/** The first row of a page: optional back link, title, facts and actions. */
export function PageHeader({
  title,
  back,
  meta,
  actions,
}: {
  title: ReactNode;
  back?: { label: string; href: string };
  meta?: ReactNode;
  actions?: ReactNode;
}) {
  return (
    <header className="flex min-h-12 shrink-0 flex-wrap items-center gap-x-3 gap-y-1.5 border-b border-line px-4 py-2">
      {back ? (
        <Link
          href={back.href}
          className="-ml-1.5 flex h-7 items-center gap-0.5 rounded-outer pr-2 pl-1 text-list text-muted hover:bg-hover hover:text-text"
        >
          <ChevronLeft aria-hidden size={14} />
          {back.label}
        </Link>
      ) : null}
      <h1 className="min-w-0 truncate text-title font-medium">{withMarks(title)}</h1>
      {meta ? <div className="flex min-w-0 items-center gap-2 text-list text-muted">{meta}</div> : null}
      {actions ? <div className="ml-auto flex items-center gap-2">{actions}</div> : null}
    </header>
  );
}
