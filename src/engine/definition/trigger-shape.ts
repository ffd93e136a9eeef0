import { z } from "zod";
import { hinted, IdShape, list } from "./shape-parts";
import { OVERLAPS } from "./trigger-types";

const MAX_TRIGGERS = 20;

const args = z
  .record(z.string(), z.unknown(), { error: "a mapping of args to values" })
  .default({})
  .describe("The args of its runs.");
const webhookArgs = z
  .record(z.string(), hinted(z.unknown(), { expressions: "delivery" }), {
    error: "a mapping of args to values",
  })
  .default({})
  .describe("The args of its runs, from what was sent.");

const run_name = z
  .string({ error: "a name for its runs" })
  .trim()
  .min(1, "a name for its runs")
  .max(500, "at most 500 characters")
  .optional()
  .describe("The name of its runs.");

const ScheduleShape = z.strictObject(
  {
    id: IdShape.optional().describe("Its name; default: its number in the list."),
    cron: z
      .string({ error: 'a cron expression such as "0 7 * * 1-5"' })
      .trim()
      .max(200, "at most 200 characters")
      .describe('Minute, hour, day, month and weekday, such as "0 7 * * 1-5".'),
    timezone: hinted(z.string({ error: "the name of a time zone such as Europe/Berlin" }), {
      completes: "timezone",
    })
      .max(100, "at most 100 characters")
      .default("UTC")
      .describe("The time zone of its hours; default: UTC."),
    overlap: z
      .enum(OVERLAPS, { error: "allow, skip or queue" })
      .default("skip")
      .describe("What becomes of a run whose time comes while the one before is at work."),
    args,
    run_name,
  },
  { error: "a schedule with cron" },
);

const WebhookShape = z.strictObject(
  {
    id: IdShape.default("default").describe("Its name in the webhook's address."),
    args: webhookArgs,
    run_name,
    if: hinted(
      z.union([z.string(), z.boolean()], {
        error: "an expression such as ${{ headers['x-github-event'] == 'push' }}",
      }),
      { expressions: "delivery" },
    )
      .optional()
      .describe("A delivery starts a run only where this is true."),
  },
  { error: "a webhook, a mapping with args" },
);

/** The shape of `on`. */
export const TriggersShape = z.strictObject(
  {
    schedule: list(ScheduleShape, "schedules", MAX_TRIGGERS).default([]).describe("Times that start runs."),
    webhook: list(WebhookShape, "webhooks", MAX_TRIGGERS).default([]).describe("Calls that start runs."),
  },
  { error: "a mapping with schedule and webhook" },
);

export type TriggersShape = z.output<typeof TriggersShape>;
