import { z } from "zod";
import { Id } from "../../lib/ids";
import { inputOf } from "../../lib/input";
import { NextCursor, PageInput } from "../../lib/page";
import { MESSAGE_STATUSES, PERMISSION_STATUSES, STEP_STATUSES } from "../../model/states";
import { Spent } from "../in-run/schema";

export const AgentSession = z
  .object({
    id: z.string(),
    project_id: z.string(),
    agent: z.string().describe("Its name among the project's agents."),
    status: z.enum(["running", "completed", "failed", "cancelled"]),
    protocol_session_id: z.string().nullable(),
    transcript_path: z.string().describe("JSONL, relative to the project's folder."),
    takes_messages: z
      .boolean()
      .describe("False once its agent has ended, or is about to: a message goes to a new attempt then."),
    usage: z
      .record(z.string(), z.unknown())
      .nullable()
      .describe("The agent's own numbers, under its own names."),
    ...Spent,
    worked_ms: z
      .number()
      .int()
      .nullable()
      .describe("Milliseconds that its agent was at work in this attempt, without waits for people."),
    started_at: z.string().nullable(),
    completed_at: z.string().nullable(),
    created_at: z.string(),
    updated_at: z.string(),
  })
  .meta({ id: "AgentSession" });

export type AgentSession = z.infer<typeof AgentSession>;

/** A step that used the session, with its run. */
export const AgentSessionStep = z
  .object({
    id: z.string().describe("The step's row."),
    step_id: z.string(),
    name: z.string(),
    status: z.enum(STEP_STATUSES),
    workflow_run_id: z.string(),
    run_name: z.string(),
    run_number: z.number().int().describe("Of its run in the project: `#12`."),
  })
  .meta({ id: "AgentSessionStep" });
export type AgentSessionStep = z.infer<typeof AgentSessionStep>;

/** A permission request of an agent, with the answer and who gave it. */
export const PermissionRequest = z
  .object({
    id: z.string(),
    agent_session_id: z.string(),
    workflow_run_step_id: z.string().describe("The step's row."),
    attempt: z.number().int().describe("Number of the attempt that asks."),
    tool_call: z.object({
      id: z.string(),
      title: z.string(),
      kind: z.string().nullable().describe("As the Agent Client Protocol has it, such as `edit`."),
      locations: z.array(z.object({ path: z.string(), line: z.number().nullable() })),
      content: z.array(
        z.discriminatedUnion("type", [
          z.object({
            type: z.literal("diff"),
            path: z.string(),
            old_text: z.string().nullable().describe("Null: a new file."),
            new_text: z.string(),
          }),
          z.object({ type: z.literal("text"), text: z.string() }),
        ]),
      ),
      input: z.string().nullable().describe("What the tool is to be called with, as JSON."),
      is_cut: z.boolean().describe("Something was left out for its length."),
    }),
    options: z
      .array(
        z.object({
          option_id: z.string(),
          name: z.string(),
          kind: z.string().describe("`allow_once`, `allow_always`, `reject_once` or `reject_always`."),
        }),
      )
      .describe("The answers that the agent offers."),
    status: z
      .enum(PERMISSION_STATUSES)
      .describe("`withdrawn`: the attempt ended, or was interrupted, before anybody answered."),
    option_id: z.string().nullable(),
    answered_by: z.string().nullable(),
    answered_by_name: z.string().nullable(),
    answered_at: z.string().nullable(),
    created_at: z.string(),
  })
  .meta({ id: "PermissionRequest" });
export type PermissionRequest = z.infer<typeof PermissionRequest>;

export const AnswerPermissionInput = inputOf({
  id: Id.describe("The request's."),
  option_id: z.string().min(1).max(200).describe("One of the request's options."),
});
export type AnswerPermissionInput = z.infer<typeof AnswerPermissionInput>;

/** A message of a person to the agent of a step. */
export const AgentMessage = z
  .object({
    id: z.string(),
    workflow_run_id: z.string(),
    workflow_run_step_id: z.string().describe("The step's row."),
    agent_session_id: z.string().nullable().describe("The session that it was delivered in."),
    attempt: z.number().int().nullable().describe("Number of the attempt that it was delivered in."),
    text: z.string(),
    interrupt: z.boolean().describe("The agent's turn is ended for it."),
    status: z
      .enum(MESSAGE_STATUSES)
      .describe("`queued`: it waits for the end of the agent's turn, or for the step's next attempt."),
    created_by: z.string().nullable(),
    created_by_name: z.string(),
    delivered_at: z.string().nullable(),
    created_at: z.string(),
    updated_at: z.string(),
  })
  .meta({ id: "AgentMessage" });
export type AgentMessage = z.infer<typeof AgentMessage>;

/** Postgres cannot store U+0000 in a text. */
const MessageText = z
  .string()
  .max(50_000)
  .refine((text) => text.trim() !== "", "must not be empty")
  .refine((text) => !text.includes("\0"), "must not hold the character U+0000");

const Interrupt = z.boolean().describe("Whether the agent's turn is ended for it.");

export const SendMessageInput = inputOf({
  id: Id.describe("The session's, or that of any earlier session of the same step."),
  text: MessageText,
  interrupt: Interrupt.default(false),
});
export type SendMessageInput = z.infer<typeof SendMessageInput>;

export const EditMessageInput = inputOf({
  id: Id.describe("The message's."),
  text: MessageText.optional(),
  interrupt: Interrupt.optional(),
});
export type EditMessageInput = z.infer<typeof EditMessageInput>;

export const MessageInput = inputOf({ id: Id.describe("The message's.") });

export const ListMessagesInput = PageInput.extend({
  id: Id.describe("The session's, or that of any earlier session of the same step."),
  status: z.enum(MESSAGE_STATUSES).describe("Those of one status alone.").optional(),
  order: z.enum(["oldest", "newest"]).default("oldest").describe("Which come first."),
});
export type ListMessagesInput = z.output<typeof ListMessagesInput>;

export const AgentSessionDetails = AgentSession.extend({
  steps: z.array(AgentSessionStep).describe("Newest first."),
  steps_next_cursor: NextCursor,
  permission_requests: z.array(PermissionRequest).describe("Of every attempt, oldest first."),
  permission_requests_next_cursor: NextCursor,
}).meta({ id: "AgentSessionDetails" });
export type AgentSessionDetails = z.infer<typeof AgentSessionDetails>;

export const AgentSessionInput = inputOf({ id: Id });

/** Input of a list that belongs to one session. */
export const ListOfSessionInput = PageInput.extend({ id: Id.describe("The session's.") });
export type ListOfSessionInput = z.output<typeof ListOfSessionInput>;

export const ListRequestsInput = PageInput.extend({
  id: Id.describe("The session's."),
  status: z.enum(PERMISSION_STATUSES).describe("Those of one status alone.").optional(),
});
export type ListRequestsInput = z.output<typeof ListRequestsInput>;

export const ListAgentsInput = inputOf({ project_id: Id });

/** An agent in the project's file of agents. */
export const ProjectAgent = z
  .object({
    name: z.string(),
    command: z.string(),
    args: z.array(z.string()),
    auth: z.string().nullable().describe("The way to sign in that it is told; null: it signs in by itself."),
    permissions: z.enum(["ask", "allow", "deny"]),
    model: z.string().nullable(),
    mode: z.string().nullable(),
    mcp_servers: z.array(z.string()).describe("Names of the MCP servers that it is given."),
    variables: z.array(z.string()).describe("Names of the variables that its `env` sets."),
  })
  .meta({ id: "ProjectAgent" });
export type ProjectAgent = z.infer<typeof ProjectAgent>;

export const ProjectAgents = z
  .object({
    path: z.string().describe("The file, relative to the project's folder."),
    is_there: z.boolean(),
    agents: z
      .array(ProjectAgent)
      .describe("None while the file has a fault: no agent of it can be used then."),
    left_out: z
      .number()
      .int()
      .describe("How many more it names, where they are too much for one answer; steps can use them."),
    faults: z
      .array(
        z.object({
          line: z.number().int(),
          column: z.number().int(),
          message: z.string().describe("What was expected, and what was found."),
        }),
      )
      .describe("What is wrong with the file, in its order."),
  })
  .meta({ id: "ProjectAgents" });
export type ProjectAgents = z.infer<typeof ProjectAgents>;
