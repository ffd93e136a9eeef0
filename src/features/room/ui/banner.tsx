import { HardDrive } from "lucide-react";
import Link from "next/link";
import type { ReactNode } from "react";
import { withMarks } from "../../../lib/marks";

/** A strip above the page that says what holds for all of it, and where to mend it. */
export function Banner({ href, link, children }: { href?: string; link?: string; children: ReactNode }) {
  return (
    <div
      role="status"
      className="animate-appear flex shrink-0 items-start gap-2 border-b border-line bg-surface px-4 py-2 text-list"
    >
      <HardDrive aria-hidden size={14} className="mt-[3px] shrink-0 text-needs-you" />
      <p className="min-w-0 flex-1 text-pretty">{withMarks(children)}</p>
      {href ? (
        <Link
          href={href}
          className="shrink-0 font-medium text-accent-text underline-offset-2 hover:underline"
        >
          {link}
        </Link>
      ) : null}
    </div>
  );
}
