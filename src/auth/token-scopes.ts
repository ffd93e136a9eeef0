import { AppError } from "../lib/errors";
import type { TokenScope } from "../model/roles";
import type { PersonActor } from "./actor";

/** What a token gets that would have to have this scope. */
export function tooSmall(scope: TokenScope): AppError {
  return new AppError(
    "FORBIDDEN",
    `This needs a token with the scope ${scope}, which this one does not have. Make one on the account page.`,
  );
}

/** Throws FORBIDDEN for a token without the scope. */
export function requireScope(actor: PersonActor, scope: TokenScope): void {
  if (actor.type === "token" && !actor.scopes.includes(scope)) throw tooSmall(scope);
}

/** Throws FORBIDDEN for a token that only reads. What it asks for may take more than `run`. */
export function requireChanges(actor: PersonActor): void {
  if (actor.type !== "token" || actor.scopes.includes("run")) return;
  throw new AppError(
    "FORBIDDEN",
    "This token only reads. Changes need one with the scope run, which is for runs, comments and uploads, or with write, for all else. Make one on the account page.",
  );
}

/** Why a token may not do what belongs to no project; null if it may do all that its person may. */
export function refusalOfPart(actor: PersonActor): AppError | null {
  if (actor.type !== "token") return null;
  if (!actor.scopes.includes("write")) return tooSmall("write");
  if (actor.project_id === null) return null;
  return new AppError(
    "FORBIDDEN",
    "This token is for one project alone. Make one for all of your projects on the account page.",
  );
}

/** Throws FORBIDDEN for a token that may not do all that its person may. */
export function requireWholeAccount(actor: PersonActor): void {
  const refusal = refusalOfPart(actor);
  if (refusal) throw refusal;
}
