/** What starts runs of a definition by itself, as its revision has it. */
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
  /** What happens at a fire time while an earlier run is unfinished; absent in old revisions. */
  overlap?: Overlap;
  args: Record<string, unknown>;
  /** Name of its runs. Absent: named after the definition, the schedule and the time. */
  run_name?: string;
}

export interface CompiledWebhook {
  /** Its `id`; unique among the definition's webhooks. */
  key: string;
  /** Texts may hold `${{ }}` over body, headers and query, at any depth. */
  args: Record<string, unknown>;
  /** A delivery starts a run only where this expression is true. */
  if: string | null;
  /** Name of its runs; may hold `${{ }}`. Absent: named after the definition, the webhook and the delivery. */
  run_name?: string;
}
