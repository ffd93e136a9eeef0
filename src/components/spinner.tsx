import { LoaderCircle } from "lucide-react";
import { turn } from "./turn";

/** Shows that a control is busy. Silent for screen readers, since the control is `aria-busy`. */
export function Spinner({ size = 14 }: { size?: number }) {
  return <LoaderCircle aria-hidden size={size} ref={turn} className="shrink-0" />;
}
