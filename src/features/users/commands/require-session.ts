import type { PersonActor } from "../../../auth/actor";
import { AppError } from "../../../lib/errors";

/** Throws FORBIDDEN for a token: a person must be signed in to change what guards an account. */
export function requireSession(actor: PersonActor): void {
  if (actor.type === "token") {
    throw new AppError(
      "FORBIDDEN",
      "A token cannot change how its account is guarded. Sign in and do it there.",
    );
  }
}
