import { CircleX } from "lucide-react";
import type { ReactNode } from "react";
import { withMarks } from "../../../lib/marks";

/** Why a step failed, with an action. Long messages scroll. */
export function StepError({ message, action }: { message: string; action: ReactNode }) {
  return (
    <div
      role="alert"
      className="flex shrink-0 flex-wrap items-start gap-x-3 gap-y-2 border-b border-line bg-[color-mix(in_oklab,var(--failed)_8%,transparent)] px-4 py-2"
    >
      <CircleX aria-hidden size={14} className="mt-[3px] shrink-0 text-failed" />
      <p className="max-h-30 min-w-0 flex-1 basis-60 overflow-y-auto text-list break-words whitespace-pre-wrap text-text">
        {withMarks(message)}
      </p>
      {action}
    </div>
  );
}
