import { z } from "zod";
import { Id } from "../../lib/ids";
import { inputOf } from "../../lib/input";

/** A browser in which the caller is signed in. */
export const Session = z
  .object({
    id: z.string(),
    device: z.string().describe("For example `Firefox on Linux`."),
    address: z.string().describe("Where it was used from last."),
    /** Whether the request came by this session. */
    current: z.boolean(),
    last_seen_at: z.string(),
    expires_at: z.string().describe("Its end however much it is used."),
    created_at: z.string(),
  })
  .meta({ id: "Session" });
export type Session = z.infer<typeof Session>;

export const SessionInput = inputOf({ id: Id });
export const EndedSessions = z.object({ ended: z.int() }).meta({ id: "EndedSessions" });
export type EndedSessions = z.infer<typeof EndedSessions>;
