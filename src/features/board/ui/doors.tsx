import { ChevronRight } from "lucide-react";
import Link from "next/link";
import { cx } from "../../../components/cx";
import type { CountsByStatus } from "./columns";

/** A link to runs that have left the board, with their number. */
export interface Door {
  href: string;
  count: number;
  label: string;
}

/** A door for each final status. `search` is the runs table's query string without the status. */
export function doorsOf(counts: CountsByStatus | null, search: string): Door[] {
  const doors = [
    { status: "completed", label: "done" },
    { status: "cancelled", label: "cancelled" },
  ] as const;
  return doors
    .map(({ status, ...door }) => ({ ...door, href: `${search}${status}`, count: counts?.[status] ?? 0 }))
    .filter(({ count }) => count > 0);
}

/** Link to the runs that have left the board, with their number. */
export function DoorLink({ door: { href, count, label }, className }: { door: Door; className: string }) {
  return (
    <Link
      href={href}
      className={cx(
        "inline-flex shrink-0 items-center rounded-outer text-list text-muted transition-colors",
        className,
      )}
    >
      {count.toLocaleString("en")} {label}
      <ChevronRight aria-hidden size={14} />
    </Link>
  );
}
