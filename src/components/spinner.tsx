import { LoaderCircle } from "lucide-react";
import { cx } from "./cx";

/** Shows that a control is busy. Silent for screen readers, since the control is `aria-busy`. */
export function Spinner({ size = 14, className }: { size?: number; className?: string }) {
  return <LoaderCircle aria-hidden size={size} className={cx("animate-turn shrink-0", className)} />;
}
