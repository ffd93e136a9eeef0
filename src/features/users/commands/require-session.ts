import type { PersonActor } from "../../../auth/actor";
import { AppError } from "../../../lib/errors";

/** Gives the signed-in person. Throws FORBIDDEN for a token: what guards an account is changed by its person. */
export function requireSession(actor: PersonActor): Extract<PersonActor, { type: "user" }> {
  if (actor.type === "user") return actor;
  throw new AppError(
    "FORBIDDEN",
    "A token cannot make tokens, end sessions or change passwords. Sign in and do it there.",
  );
}
