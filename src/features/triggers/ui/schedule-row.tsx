"use client";

import { CalendarClock } from "lucide-react";
import { RelativeTime } from "../../../components/relative-time";
import type { ScheduleTrigger } from "../schema";
import { TriggerRow } from "./trigger-row";

/** A schedule in words with its next time; hover shows the cron expression. */
export function ScheduleRow({ trigger }: { trigger: ScheduleTrigger }) {
  const { in_words, cron, timezone, overlap, next_run_at, enabled } = trigger;
  return (
    <TriggerRow trigger={trigger} icon={CalendarClock} title={in_words}>
      <code className="text-code">{cron}</code>, {timezone}
      {next_run_at ? (
        <>
          , next <RelativeTime at={next_run_at} className="text-text" />
        </>
      ) : enabled ? null : (
        ", off"
      )}
      {overlap === "skip" ? null : overlap === "queue" ? ", one run after the other" : ", runs may overlap"}
    </TriggerRow>
  );
}
