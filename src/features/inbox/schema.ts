import { z } from "zod";
import { Id } from "../../lib/ids";
import { inputOf } from "../../lib/input";
import { PageInput, pageOf } from "../../lib/page";
import { NEWS } from "../../model/inbox";
import { RUN_STATUSES } from "../../model/states";
import { PermissionRequest } from "../agents/schema";
import { ApprovalRequest } from "../approvals/schema";
import { OverBudget, RunError } from "../in-run/schema";

/** What every item has. */
const Item = z.object({
  key: z.string().describe("Names the item for `inbox.mark`."),
  at: z.string().describe("When it was asked, or happened last."),
  read_at: z.string().nullable(),
  done_at: z.string().nullable().describe("Since when it is out of the way."),
  snoozed_until: z.string().nullable().describe("Until then it is not shown among the open ones."),
  run: z.object({
    id: z.string(),
    number: z.number().int().describe("In its project: `#12`."),
    name: z.string(),
    status: z.enum(RUN_STATUSES),
    user_name: z.string(),
    definition_name: z.string(),
  }),
  project: z.object({ id: z.string(), name: z.string(), slug: z.string() }),
});

const Step = z.object({
  id: z.string().describe("The step's row."),
  step_id: z.string(),
  name: z.string(),
  attempt: z.number().int().describe("Number of the attempt that asks, or that failed."),
});

const Asked = Item.extend({ asked_at: z.string().describe("As `at`."), step: Step });

const AskedApproval = Asked.extend({
  reason: z.literal("approval"),
  waiting_for: z.literal("approval"),
  id: z.string().describe("The step's row."),
  request: ApprovalRequest,
  approvals: z.number().int().describe("How many have approved so far."),
  wake_at: z.string().nullable().describe("When it fails without a decision."),
}).meta({ id: "AskedApproval" });
export type AskedApproval = z.infer<typeof AskedApproval>;

const AskedPermission = Asked.extend({
  reason: z.literal("permission"),
  waiting_for: z.literal("permission"),
  id: z.string().describe("The permission request's."),
  agent: z.string().describe("Its name among the project's agents."),
  tool_call: PermissionRequest.shape.tool_call.pick({ title: true, kind: true, locations: true }),
  options: PermissionRequest.shape.options,
}).meta({ id: "AskedPermission" });
export type AskedPermission = z.infer<typeof AskedPermission>;

const AskedBudget = Asked.extend({
  reason: z.literal("budget"),
  waiting_for: z.literal("budget"),
  id: z.string().describe("The run's."),
  over_budget: OverBudget,
}).meta({ id: "AskedBudget" });

const EndedNews = Item.extend({
  reason: z.enum(["failed", "finished"]),
  id: z.string().describe("The run's."),
  own: z.boolean().describe("The reader started the run."),
  step: Step.nullable().describe("The step for which it failed."),
  error_message: z.string().nullable(),
  first_error: RunError.nullable().describe("As that of the run."),
}).meta({ id: "EndedNews" });
export type EndedNews = z.infer<typeof EndedNews>;

const AssignedNews = Item.extend({
  reason: z.literal("assigned").describe("Somebody gave the run to the reader to look after."),
  id: z.string().describe("The run's."),
  own: z.boolean().describe("The reader started the run."),
}).meta({ id: "AssignedNews" });

const CommentNews = Item.extend({
  reason: z
    .enum(["mentioned", "answered", "commented"])
    .describe("It names the reader, goes on after a comment of theirs, or is on a run of theirs."),
  id: z.string().describe("The comment's."),
  own: z.boolean().describe("The reader started the run."),
  step: Step.nullable().describe("The step that it is about."),
  comment: z.object({
    id: z.string(),
    created_by_name: z.string().nullable(),
    text: z.string().describe("Its beginning, with names for those whom it mentions."),
  }),
}).meta({ id: "CommentNews" });
export type CommentNews = z.infer<typeof CommentNews>;

/** A question that waits for the caller, or news for them. */
export const InboxItem = z
  .discriminatedUnion("reason", [
    AskedApproval,
    AskedPermission,
    AskedBudget,
    EndedNews,
    CommentNews,
    AssignedNews,
  ])
  .meta({ id: "InboxItem" });
export type InboxItem = z.infer<typeof InboxItem>;

export const InboxPage = pageOf(InboxItem).extend({
  count: z
    .number()
    .int()
    .describe(
      "How many open questions and unread news there are in all, whatever is listed. News are counted to 1000.",
    ),
});
export type InboxPage = z.infer<typeof InboxPage>;

const VIEWS = ["open", "snoozed", "done"] as const;
export type InboxView = (typeof VIEWS)[number];

export const ListInboxInput = PageInput.extend({
  view: z
    .enum(VIEWS)
    .default("open")
    .describe("Which items: open ones, those that are snoozed, or done ones."),
});
export type ListInboxInput = z.output<typeof ListInboxInput>;

export const MarkInboxInput = inputOf({
  keys: z.array(z.string().min(1).max(100)).max(200).default([]).describe("The items' `key`."),
  run_id: Id.describe("All news of this run, too.").optional(),
  all: z
    .enum(NEWS)
    .or(z.literal("news"))
    .describe("All open news of this reason, or all of them, too; questions stay.")
    .optional(),
  read: z.boolean().optional(),
  done: z.boolean().describe("A failure that comes again is open again.").optional(),
  snoozed_until: z.iso
    .datetime()
    .nullable()
    .describe("It is unread and open again then. Null: from now on.")
    .optional(),
});
export type MarkInboxInput = z.output<typeof MarkInboxInput>;

export const MarkedInbox = z.object({ marked: z.number().int().describe("How many items it was.") });
export type MarkedInbox = z.infer<typeof MarkedInbox>;
