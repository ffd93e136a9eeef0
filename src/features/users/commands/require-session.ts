import type { PersonActor } from "../../../auth/actor";
import { AppError } from "../../../lib/errors";

/** Throws FORBIDDEN for a token: what guards an account is changed by the person, signed in. */
export function requireSession(actor: PersonActor): void {
  if (actor.type === "token") {
    throw new AppError(
      "FORBIDDEN",
      "A token cannot change how its account is guarded. Sign in and do it there.",
    );
  }
}
