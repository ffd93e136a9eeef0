import { LoaderCircle } from "lucide-react";
import { cx } from "./cx";

/** Marks the control that waits. It says nothing itself: the control keeps its name and is `aria-busy`. */
export function Spinner({ size = 14, className }: { size?: number; className?: string }) {
  return <LoaderCircle aria-hidden size={size} className={cx("animate-turn shrink-0", className)} />;
}
