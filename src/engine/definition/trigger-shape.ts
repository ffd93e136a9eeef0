import { z } from "zod";
import { IdShape, list } from "./shape-parts";
import { OVERLAPS } from "./trigger-types";

const MAX_TRIGGERS = 20;

const args = z.record(z.string(), z.unknown(), { error: "a mapping of args to values" }).default({});

const run_name = z
  .string({ error: "a name for its runs" })
  .trim()
  .min(1, "a name for its runs")
  .max(500, "at most 500 characters")
  .optional();

const ScheduleShape = z.strictObject(
  {
    id: IdShape.optional(),
    cron: z
      .string({ error: 'a cron expression such as "0 7 * * 1-5"' })
      .trim()
      .max(200, "at most 200 characters"),
    timezone: z
      .string({ error: "the name of a time zone such as Europe/Berlin" })
      .max(100, "at most 100 characters")
      .default("UTC"),
    overlap: z.enum(OVERLAPS, { error: "allow, skip or queue" }).default("skip"),
    args,
    run_name,
  },
  { error: "a schedule with cron" },
);

const WebhookShape = z.strictObject(
  {
    id: IdShape.default("default"),
    args,
    run_name,
    if: z
      .union([z.string(), z.boolean()], {
        error: "an expression such as ${{ headers['x-github-event'] == 'push' }}",
      })
      .optional(),
  },
  { error: "a webhook, a mapping with args" },
);

/** The shape of `on`. */
export const TriggersShape = z.strictObject(
  {
    schedule: list(ScheduleShape, "schedules", MAX_TRIGGERS).default([]),
    webhook: list(WebhookShape, "webhooks", MAX_TRIGGERS).default([]),
  },
  { error: "a mapping with schedule and webhook" },
);

export type TriggersShape = z.output<typeof TriggersShape>;
