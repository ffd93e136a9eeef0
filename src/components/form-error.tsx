import { CircleAlert } from "lucide-react";
import { withMarks } from "../lib/marks";

/** An error that concerns the whole form. */
export function FormError({ message }: { message: string | null }) {
  if (!message) return null;
  return (
    <p
      role="alert"
      className="animate-appear flex items-start gap-2 rounded-outer border border-failed/40 bg-failed/8 px-2.5 py-2 text-list text-pretty text-failed"
    >
      <CircleAlert aria-hidden size={14} className="mt-0.75 shrink-0" />
      <span className="min-w-0 wrap-anywhere">{withMarks(message)}</span>
    </p>
  );
}
