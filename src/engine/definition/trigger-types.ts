/** What starts runs of a definition by itself, as a revision keeps it. */
export interface CompiledTriggers {
  schedule: CompiledSchedule[];
  webhook: CompiledWebhook[];
}

export const OVERLAPS = ["allow", "skip", "queue"] as const;
export type Overlap = (typeof OVERLAPS)[number];

export interface CompiledSchedule {
  /** Its `id`, or its number in the list from 1; unique among the definition's schedules. */
  key: string;
  /** Five fields, or a nickname such as `@daily`. */
  cron: string;
  /** IANA name. */
  timezone: string;
  /** What becomes of a time at which a run of its has not ended; absent in revisions from before there was a choice. */
  overlap?: Overlap;
  args: Record<string, unknown>;
  /** Of its runs. Absent: named after the definition, the schedule and the time. */
  run_name?: string;
}

export interface CompiledWebhook {
  /** Its `id`; unique among the definition's webhooks. */
  key: string;
  /** Texts may hold `${{ }}` over body, headers and query, at any depth. */
  args: Record<string, unknown>;
  /** Expression; a delivery for which it is not true starts nothing. */
  if: string | null;
  /** Of its runs, as an arg's text. Absent: named after the definition, the webhook and the delivery. */
  run_name?: string;
}
