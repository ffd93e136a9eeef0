import { z } from "zod";
import { PageInput, pageOf } from "../../lib/page";
import { PermissionRequest } from "../agents/schema";
import { ApprovalRequest } from "../approvals/schema";
import { OverBudget } from "../in-run/schema";

/** Where a question was asked, and when. */
const Asked = z.object({
  asked_at: z.string(),
  step: z.object({
    id: z.string().describe("The step's row."),
    step_id: z.string(),
    name: z.string(),
    attempt: z.number().int().describe("Number of the attempt that asks."),
  }),
  run: z.object({
    id: z.string(),
    number: z.number().int().describe("In its project: `#12`."),
    name: z.string(),
    user_name: z.string(),
    definition_name: z.string(),
  }),
  project: z.object({ id: z.string(), name: z.string(), slug: z.string() }),
});

const AskedApproval = Asked.extend({
  waiting_for: z.literal("approval"),
  id: z.string().describe("The step's row."),
  request: ApprovalRequest,
  approvals: z.number().int().describe("How many have approved so far."),
  wake_at: z.string().nullable().describe("When it fails without a decision."),
}).meta({ id: "AskedApproval" });
export type AskedApproval = z.infer<typeof AskedApproval>;

const AskedPermission = Asked.extend({
  waiting_for: z.literal("permission"),
  id: z.string().describe("The permission request's."),
  agent: z.string().describe("Its name among the project's agents."),
  tool_call: PermissionRequest.shape.tool_call.pick({ title: true, kind: true, locations: true }),
  options: PermissionRequest.shape.options,
}).meta({ id: "AskedPermission" });
export type AskedPermission = z.infer<typeof AskedPermission>;

const AskedBudget = Asked.extend({
  waiting_for: z.literal("budget"),
  id: z.string().describe("The run's."),
  over_budget: OverBudget,
}).meta({ id: "AskedBudget" });

/** A question that waits for the caller. */
export const InboxItem = z
  .discriminatedUnion("waiting_for", [AskedApproval, AskedPermission, AskedBudget])
  .meta({ id: "InboxItem" });
export type InboxItem = z.infer<typeof InboxItem>;

export const InboxPage = pageOf(InboxItem).extend({
  count: z.number().int().describe("How many wait in all."),
});
export type InboxPage = z.infer<typeof InboxPage>;

export const ListInboxInput = PageInput;
export type ListInboxInput = z.output<typeof ListInboxInput>;
