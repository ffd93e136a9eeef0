import { LoaderCircle } from "lucide-react";

/** Shows that a control is busy. Silent for screen readers, since the control is `aria-busy`. */
export function Spinner({ size = 14 }: { size?: number }) {
  return <LoaderCircle aria-hidden size={size} className="animate-turn shrink-0" />;
}
