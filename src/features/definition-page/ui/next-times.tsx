"use client";

import { RelativeTime } from "../../../components/relative-time";
import { exactTime } from "../../../components/time";
import { useNow } from "../../../components/use-now";
import { trpc } from "../../../trpc/react";

const SHOWN = 5;

/** When its schedules start it next, of all of them together; nothing where none is on. */
export function NextTimes({ definitionId }: { definitionId: string }) {
  const { data } = trpc.triggers.list.useQuery({ definition_id: definitionId });
  const now = useNow();
  const times = (data?.items ?? [])
    .flatMap((trigger) => (trigger.kind === "schedule" ? trigger.next_times : []))
    .sort()
    .slice(0, SHOWN);
  // The server does not know the reader's time zone.
  if (times.length === 0 || now === null) return null;
  return (
    <section aria-label="Next times" className="flex flex-col gap-1.5">
      <h2 className="text-meta font-normal text-faint">Next times</h2>
      <ol className="flex flex-col gap-0.5 text-muted">
        {times.map((at, index) => (
          // Two schedules may have the same time.
          // biome-ignore lint/suspicious/noArrayIndexKey: the times are in order.
          <li key={`${at} ${index}`} className="flex gap-3 tabular-nums">
            <span aria-hidden>{exactTime(Date.parse(at)).replace(/:\d\d(?= |$)/, "")}</span>
            <RelativeTime at={at} className="ml-auto text-faint" />
          </li>
        ))}
      </ol>
    </section>
  );
}
