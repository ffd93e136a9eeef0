import { z } from "zod";
import { Id } from "../../lib/ids";
import { inputOf } from "../../lib/input";
import { STATE_EVENTS } from "../../model/replay";
import { RUN_STATUSES, STEP_STATUSES } from "../../model/states";
import { BoardColumn, BoardInput } from "../board/schema";

export const StateEvent = z
  .object({
    id: z.number().int().describe("Its number in the project."),
    at: z.string(),
    type: z.enum(STATE_EVENTS),
    status: z.string().nullable().describe("Of the run, or of a step that ended."),
    step_id: z.string().nullable(),
    phase: z.string().nullable(),
    stalled: z.boolean().nullable(),
  })
  .meta({ id: "StateEvent" });

export const RunReplayInput = inputOf({ id: Id });

export const RunReplay = z.object({
  events: z.array(StateEvent).describe("By which its states are known, oldest first; the newest 2,000."),
  whole: z.boolean().describe("False where earlier ones are left out, or kept no more."),
});
export type RunReplay = z.infer<typeof RunReplay>;

export const BoardReplayInput = BoardInput.extend({
  at: z.coerce
    .number()
    .int()
    .min(0)
    .max(Number.MAX_SAFE_INTEGER)
    .describe("The number of the event behind which to look; absent: the newest.")
    .optional(),
});
export type BoardReplayInput = z.output<typeof BoardReplayInput>;

const ReplayedStep = z.object({
  step_id: z.string(),
  name: z.string(),
  phase: z.string(),
  status: z.enum(STEP_STATUSES),
  needs_person: z.boolean(),
  stalled: z.boolean(),
});

export const ReplayedRun = z
  .object({
    id: z.string(),
    number: z.number().int(),
    name: z.string(),
    definition_name: z.string(),
    column: z.string().describe("The key of its column."),
    status: z.enum(RUN_STATUSES),
    current_phase: z.string().nullable(),
    steps: z.array(ReplayedStep).describe("The first 100."),
  })
  .meta({ id: "ReplayedRun" });
export type ReplayedRun = z.infer<typeof ReplayedRun>;

export const BoardReplay = z
  .object({
    event: z
      .object({
        id: z.number().int(),
        at: z.string(),
        type: z.string(),
        run: z.string().nullable().describe("The name of its run, if that is still there."),
        step_id: z.string().nullable(),
        status: z.string().nullable(),
      })
      .nullable()
      .describe("The last event up to then; null where none is kept."),
    first_id: z.number().int().describe("Of the events that are kept."),
    last_id: z.number().int(),
    previous_id: z.number().int().nullable().describe("Of the event before it that changed a state."),
    next_id: z.number().int().nullable(),
    columns: z.array(BoardColumn.omit({ next_cursor: true })),
    runs: z.array(ReplayedRun).describe("The first 30 of each column; fewer where there are many columns."),
    partial: z.boolean().describe("True where more runs were there than are looked at."),
  })
  .meta({ id: "BoardReplay" });
export type BoardReplay = z.infer<typeof BoardReplay>;
