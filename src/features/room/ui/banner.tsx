import { HardDrive } from "lucide-react";
import Link from "next/link";
import type { ReactNode } from "react";
import { withMarks } from "../../../lib/marks";

/** A strip above the page that says what holds for all of it, and where to mend it. */
export function Banner({ href, link, children }: { href?: string; link?: string; children: ReactNode }) {
  return (
    <div
      role="status"
      className="animate-appear flex shrink-0 flex-wrap items-start gap-x-2 gap-y-1 border-b border-line bg-surface px-4 py-2 text-list"
    >
      <HardDrive aria-hidden size={14} className="mt-[3px] shrink-0 text-needs-you" />
      <p className="min-w-0 flex-1 text-pretty max-sm:basis-4/5">{withMarks(children)}</p>
      {href ? (
        <Link
          href={href}
          className="shrink-0 font-medium text-accent-text max-sm:basis-full max-sm:py-1 max-sm:pl-[22px] underline-offset-2 hover:underline"
        >
          {link}
        </Link>
      ) : null}
    </div>
  );
}
