import { z } from "zod";

const execution = z.object({ execution_id: z.string(), project_id: z.string() });
const comment = execution.extend({ comment_id: z.string(), step_id: z.string().nullable() });
const artifact = execution.extend({ artifact_id: z.string(), step_id: z.string() });
const attachment = execution.extend({ artifact_id: z.string(), comment_id: z.string() });

/** All event types with the shapes of their data. A `step_id` is the step's id in its definition. */
export const EVENT_DATA = {
  "workflow.execution.created": execution,
  "workflow.execution.deleted": execution,
  /** Retention removed these runs. One event for many: what a year leaves behind would drown the other events. */
  "workflow.execution.swept": z.object({ execution_ids: z.array(z.string()), project_id: z.string() }),
  /** The project's rule archived these runs. One event for many, as above. */
  "workflow.execution.archived": z.object({ execution_ids: z.array(z.string()), project_id: z.string() }),
  "workflow.execution.status_changed": execution.extend({ status: z.string() }),
  "workflow.execution.phase_changed": execution.extend({ current_phase: z.string().nullable() }),
  /**
   * Where its changes went, or what else of its row has changed beside status and phase. `assigned_to`: whom somebody else
   * has given it to look after.
   */
  "workflow.execution.updated": execution.extend({ assigned_to: z.string().optional() }),
  "workflow.step.started": execution.extend({
    step_id: z.string(),
    step_name: z.string(),
    phase: z.string(),
  }),
  "workflow.step.progress": execution.extend({ step_id: z.string(), output: z.string() }),
  "workflow.step.completed": execution.extend({ step_id: z.string(), status: z.string() }),
  "workflow.step.waiting": execution.extend({ step_id: z.string(), for: z.enum(["approval", "permission"]) }),
  "workflow.step.stalled": execution.extend({ step_id: z.string(), stalled: z.boolean() }),
  "workflow.message.changed": execution.extend({
    message_id: z.string(),
    step_id: z.string(),
    status: z.enum(["queued", "delivered", "withdrawn"]),
  }),
  "workflow.review.submitted": execution.extend({
    review_id: z.string(),
    step_id: z.string().nullable(),
    decision: z.string(),
  }),
  "workflow.comment.created": comment,
  "workflow.comment.updated": comment,
  "workflow.comment.deleted": comment,
  "workflow.artifact.created": artifact,
  "workflow.artifact.deleted": artifact,
  "workflow.artifact.attached": attachment,
  "workflow.artifact.detached": attachment,
  /**
   * To a reader whose last id is older than what retention has left: read rows again, and go on from this id. A stream of
   * all projects begins with it, without an id.
   */
  "workflow.events.swept": z.object({ project_id: z.string() }),
  "workflow.label.changed": z.object({ label_id: z.string(), project_id: z.string() }),
  /** To one person's own streams alone: something came into their inbox or left it. It has no id. */
  "inbox.changed": z.object({ project_id: z.string() }),
  /** Who looks at a run now, or (null) at none of the project's. It has no id, and is kept nowhere. */
  "presence.changed": z.object({
    project_id: z.string(),
    execution_id: z.string().nullable(),
    people: z.array(z.object({ user_id: z.string(), name: z.string(), place: z.string().nullable() })),
  }),
  "workflow.definition.changed": z.object({
    definition_id: z.string(),
    status: z.string(),
    project_id: z.string(),
  }),
} as const;

export type EventType = keyof typeof EVENT_DATA;
export type EventData<T extends EventType> = z.infer<(typeof EVENT_DATA)[T]>;

/** Event types with a row. Progress is shown once and has neither row nor id; the others are one reader's alone. */
export type StoredEventType = Exclude<
  EventType,
  "workflow.step.progress" | "workflow.events.swept" | "inbox.changed" | "presence.changed"
>;

/** An event as clients get it; `id` is the project's sequence number, null for progress. */
export const ProjectEvent = z.object({
  id: z.number().int().nullable(),
  type: z.enum(Object.keys(EVENT_DATA) as [EventType, ...EventType[]]),
  data: z.record(z.string(), z.unknown()),
});
export type ProjectEvent = {
  [T in EventType]: { id: number | null; type: T; data: EventData<T> };
}[EventType];
