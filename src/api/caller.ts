import type { PersonActor } from "../auth/actor";
import type { ReadDb } from "../db/client";
import { AppError } from "../lib/errors";
import { type Context, createContext } from "../trpc/context";

/** Who asks, for the routes that are no procedures. Throws UNAUTHORIZED where nobody is signed in. */
export async function contextOf(
  request: Request,
): Promise<Omit<Context, "db"> & { db: ReadDb; actor: PersonActor }> {
  const context = await createContext(request);
  const { actor } = context;
  if (!actor) {
    throw new AppError("UNAUTHORIZED", "Sign in, or send a valid token as `Authorization: Bearer pb_…`.");
  }
  return { ...context, actor };
}
