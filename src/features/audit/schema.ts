import { z } from "zod";
import { Id } from "../../lib/ids";
import { inputOf } from "../../lib/input";
import { PageInput, pageOf } from "../../lib/page";

const Facts = z.record(z.string(), z.unknown()).nullable();

export const AuditEntry = z
  .object({
    id: z.string(),
    created_at: z.string(),
    action: z.string().describe("A procedure's path, or one of the actions that are none."),
    outcome: z.enum(["done", "refused"]),
    actor_type: z.string().describe("`user`, `token`, `worker`, `system`, `command_line` or `anonymous`."),
    actor_id: z.string().nullable(),
    actor_name: z.string().nullable().describe("As it was at that time."),
    session_id: z.string().nullable(),
    token_id: z.string().nullable(),
    address: z.string().nullable(),
    project_id: z.string().nullable(),
    project_name: z.string().nullable(),
    target_type: z.string().nullable(),
    target_id: z.string().nullable(),
    target_name: z.string().nullable(),
    before: Facts.describe("What changed, as it was."),
    after: Facts.describe("What changed, as it is; of a refusal, why."),
  })
  .meta({ id: "AuditEntry" });
export type AuditEntry = z.infer<typeof AuditEntry>;
export const AuditPage = pageOf(AuditEntry);

const Time = z.iso.datetime({ offset: true });

const FILTER = {
  project_id: Id.optional().describe("Absent: of all projects and of none, for administrators alone."),
  actor_id: z.string().min(1).max(100).optional(),
  action: z
    .string()
    .min(1)
    .max(100)
    .optional()
    .describe("As `members.add`; without a dot, as `members`, all that begin so."),
  from: Time.optional().describe("The first moment."),
  to: Time.optional().describe("The moment behind the last."),
};
export const AuditFilter = inputOf(FILTER);
export type AuditFilter = z.output<typeof AuditFilter>;

export const ListAuditInput = PageInput.extend(FILTER);
export type ListAuditInput = z.output<typeof ListAuditInput>;

export const AUDIT_FORMATS = ["csv", "jsonl"] as const;
export const ExportAuditInput = AuditFilter.extend({ format: z.enum(AUDIT_FORMATS).default("jsonl") });
export type ExportAuditInput = z.output<typeof ExportAuditInput>;
