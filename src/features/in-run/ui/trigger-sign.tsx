import { CalendarClock, Webhook, Zap } from "lucide-react";
import { withMarks } from "../../../lib/marks";
import type { WireListedRun } from "./wire";

const LOOKS = {
  schedule: { icon: CalendarClock, word: "schedule" },
  webhook: { icon: Webhook, word: "webhook" },
} as const;
/** Its definition has it no more. */
const GONE = { icon: Zap, word: "trigger that is gone" };

/** Says what started a run by itself; nothing where a person or a program did. */
export function TriggerSign({
  run: { trigger },
  size = 12,
}: {
  run: Pick<WireListedRun, "trigger">;
  size?: number;
}) {
  if (trigger === null) return null;
  const { icon: Icon, word } = trigger.kind === null ? GONE : LOOKS[trigger.kind];
  const name = trigger.key !== null && !/^\d+$/.test(trigger.key) ? ` ${trigger.key}` : "";
  const words = `Started by the ${word}${name}`;
  return (
    <span className="inline-flex shrink-0 text-faint" title={withMarks(words)}>
      <Icon aria-hidden size={size} />
      <span className="sr-only">{withMarks(words)}</span>
    </span>
  );
}
