import type { TokenScope } from "../model/roles";

/**
 * Who acts. A person comes by a session or by a token of theirs; workers and the system act in their own
 * name, never as a person.
 */
export type Actor =
  /** `session_id` is null where a trigger starts a run in the person's name. */
  | {
      type: "user";
      user_id: string;
      name: string;
      email: string;
      is_admin: boolean;
      session_id: string | null;
    }
  /** `is_admin` only if the token may do all that its person may. `project_id`: the one project that it sees. */
  | {
      type: "token";
      user_id: string;
      name: string;
      email: string;
      is_admin: boolean;
      token_id: string;
      scopes: readonly TokenScope[];
      project_id: string | null;
    }
  | { type: "worker"; worker_id: string }
  | { type: "system" };

export type PersonActor = Extract<Actor, { user_id: string }>;

/** The person's id for events and rows; null for a worker or the system. */
export function actorId(actor: Actor): string | null {
  return "user_id" in actor ? actor.user_id : null;
}
