import { z } from "zod";
import { Id } from "../../lib/ids";
import { NextCursor, PageInput } from "../../lib/page";
import { STEP_KINDS, STEP_STATUSES, WAITING_FOR } from "../../model/states";
import { AgentSession, ListRequestsInput, PermissionRequest } from "../agents/schema";
import { ApprovalRequest, StepDecision } from "../approvals/schema";
import { Artifact } from "../artifacts/schema";
import { Comment } from "../comments/schema";
import { ErrorLine, ListOfStepInput, OfStep, Spent, StepInput } from "../in-run/schema";

/** The output of a step, an attempt or a run. A large one has a URL of its own. */
export const Output = {
  output: z.unknown().describe("Null also where it has more than 4 KB: then `output_url` gives it."),
  output_bytes: z.number().int().nullable().describe("Its size as JSON; null where there is none."),
  output_url: z
    .string()
    .nullable()
    .describe("Where an output that was left out is read, as a path of this server; null: it is here."),
};

/** A step of a run. `step_id` is its id in the definition, `id` that of its row. */
export const Step = z.object({
  id: z.string(),
  workflow_run_id: z.string(),
  step_id: z.string(),
  name: z.string(),
  kind: z.enum(STEP_KINDS),
  phase: z.string(),
  position: z.number().int(),
  status: z.enum(STEP_STATUSES),
  attempt: z.number().int().describe("Number of the newest attempt; 0 before the first."),
  ...Output,
  log_directory_path: z.string().nullable(),
  error_message: z.string().nullable(),
  errors: z
    .array(ErrorLine)
    .nullable()
    .describe("The lines that say why its newest attempt failed, at most 10, the most telling first."),
  error_excerpt: z.string().nullable().describe("What the log has at the first of them, at most 2 KB."),
  error_line: z.number().int().nullable().describe("Line of the log with the first of them, from 1."),
  continue_on_error: z
    .boolean()
    .describe(
      "Whether the run goes on where it fails, known once it begins. True for all calls of a definition in TypeScript, whose code decides.",
    ),
  waiting_for: z.enum(WAITING_FOR).nullable().describe("Null unless it is running and waits."),
  wake_at: z.string().nullable().describe("When the wait is over by itself."),
  request: ApprovalRequest.nullable().describe("What an approval asks of whom."),
  stalled_since: z
    .string()
    .nullable()
    .describe("Since when its agent counts as stalled; null while it does not."),
  agent_session_id: z.string().nullable(),
  ...Spent,
  started_at: z.string().nullable(),
  completed_at: z.string().nullable(),
  created_at: z.string(),
  updated_at: z.string(),
});
export type Step = z.infer<typeof Step>;

export const StepAttempt = z
  .object({
    id: z.string(),
    number: z.number().int(),
    status: z.enum(STEP_STATUSES),
    ...Output,
    error_message: z.string().nullable(),
    errors: z.array(ErrorLine).nullable().describe("As those of the step."),
    exit_code: z.number().int().nullable(),
    signal: z.string().nullable(),
    log_directory_path: z.string(),
    file_missing: z
      .boolean()
      .describe(
        "True where it has ended and a file of its logs is gone from the project's folder; with an object store only the log's answer tells.",
      ),
    logs_removed_at: z
      .string()
      .nullable()
      .describe("Since when its logs are gone by the project's retention."),
    worker_id: z.string().nullable().describe("The worker that ran it."),
    agent_session_id: z.string().nullable().describe("The session of its agent."),
    started_at: z.string(),
    completed_at: z.string().nullable(),
  })
  .meta({ id: "StepAttempt" });
export type StepAttempt = z.infer<typeof StepAttempt>;

/** A step with its agent's session; null for other kinds of step. */
export const StepWithSession = Step.extend({
  agent_session: AgentSession.nullable(),
  session: AgentSession.nullable().describe("The same as `agent_session`."),
}).meta({ id: "Step" });
export type StepWithSession = z.infer<typeof StepWithSession>;

export const StepDetails = StepWithSession.extend({
  project_id: z.string(),
  attempts: z.array(StepAttempt),
  attempts_next_cursor: NextCursor,
  decisions: z.array(StepDecision).describe("Of every attempt that asked, oldest first."),
  decisions_next_cursor: NextCursor,
  permission_requests: z.array(PermissionRequest).describe("Of every attempt of an agent, oldest first."),
  permission_requests_next_cursor: NextCursor,
  comments: z.array(Comment),
  comments_next_cursor: NextCursor,
  artifacts: z.array(Artifact),
  artifacts_next_cursor: NextCursor,
}).meta({ id: "StepDetails" });
export type StepDetails = z.infer<typeof StepDetails>;

export const StepOutputInput = StepInput.extend({
  attempt: z.coerce.number().int().min(1).max(1_000_000).optional(),
});

export const ListStepsInput = PageInput.extend({ run_id: Id });
export type ListStepsInput = z.output<typeof ListStepsInput>;

export { PermissionRequest };

export const ListRequestsOfStepInput = ListRequestsInput.extend(OfStep);
export type ListRequestsOfStepInput = z.output<typeof ListRequestsOfStepInput>;

export const ListAttemptsInput = ListOfStepInput.extend({
  order: z.enum(["oldest", "newest"]).default("oldest").describe("Which come first."),
});
export type ListAttemptsInput = z.output<typeof ListAttemptsInput>;
