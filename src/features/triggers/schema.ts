import { z } from "zod";
import { OVERLAPS } from "../../engine/definition/trigger-types";
import { Id } from "../../lib/ids";
import { inputOf } from "../../lib/input";
import { PageInput } from "../../lib/page";
import { RUN_STATUSES } from "../../model/states";
import { DefinitionName, OfProject } from "../definitions/schema";

const common = {
  id: z.string(),
  workflow_definition_id: z.string(),
  /** The key in the definition. */
  key: z.string(),
  /** A trigger that is switched off starts nothing. */
  enabled: z.boolean(),
  /** Args of its runs, as in the definition. */
  args: z.record(z.string(), z.unknown()),
  /** The definition's `run_name`; null: runs are named after the definition and the trigger. */
  run_name: z.string().nullable(),
  /** Name of the person in whose name runs start; null until somebody has switched it on. */
  on_behalf_of: z.string().nullable(),
  last_fired_at: z.string().nullable(),
  /** The newest run it started, if that still exists. */
  last_run: z
    .object({
      id: z.string(),
      number: z.number().int().describe("In its project: `#12`."),
      name: z.string(),
      status: z.enum(RUN_STATUSES),
    })
    .nullable(),
  /** Why it last started nothing or was switched off. */
  last_error: z.string().nullable(),
};

export const ScheduleTrigger = z.object({
  ...common,
  kind: z.literal("schedule"),
  cron: z.string(),
  timezone: z.string(),
  overlap: z.enum(OVERLAPS).describe("What becomes of a time at which a run of its has not ended."),
  /** The cron expression in words. */
  in_words: z.string(),
  /** Null while it is off. */
  next_run_at: z.string().nullable(),
  next_times: z
    .array(z.string())
    .describe("The next five times, the first of them `next_run_at`; none while it is off."),
});
export type ScheduleTrigger = z.infer<typeof ScheduleTrigger>;

export const WebhookTrigger = z.object({
  ...common,
  kind: z.literal("webhook"),
  /** URL path for deliveries. */
  path: z.string(),
  /** Expression; a delivery for which it is not true starts nothing. */
  if: z.string().nullable(),
  /** Whether it has a signing secret; without one, deliveries are refused. */
  has_secret: z.boolean(),
});
export type WebhookTrigger = z.infer<typeof WebhookTrigger>;

export const Trigger = z.discriminatedUnion("kind", [ScheduleTrigger, WebhookTrigger]);
export type Trigger = z.infer<typeof Trigger>;

export const ListTriggersInput = PageInput.extend({ definition_id: DefinitionName, ...OfProject });
export type ListTriggersInput = z.output<typeof ListTriggersInput>;
export const SetEnabledInput = inputOf({ id: Id, enabled: z.boolean() });
export type SetEnabledInput = z.infer<typeof SetEnabledInput>;
export const TriggerInput = inputOf({ id: Id });

export const NewSecret = z.object({
  id: z.string(),
  /** Only this answer contains it. */
  secret: z.string(),
});
export type NewSecret = z.infer<typeof NewSecret>;
