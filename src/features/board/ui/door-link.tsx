import { ChevronRight } from "lucide-react";
import Link from "next/link";
import { cx } from "../../../components/cx";
import type { Door } from "./doors";

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
