import { eq } from "drizzle-orm";
import { appRouter } from "../api/router";
import type { PersonActor } from "../auth/actor";
import { findSession, startSession } from "../auth/sessions";
import type { Db } from "../db/client";
import { projectMembers } from "../db/schema/projects";
import { users } from "../db/schema/users";
import { newId } from "../lib/ids";
import type { ProjectRole } from "../model/roles";
import { createCallerFactory } from "../trpc/procedures";

/** Somebody with an account, as a session would bring them. The password hash fits no password. */
export async function makePerson(db: Db, name: string): Promise<Extract<PersonActor, { type: "user" }>> {
  const email = `${name.toLowerCase()}-${newId()}@example.com`;
  const [user] = await db.insert(users).values({ email, name, password_hash: "none" }).returning();
  if (!user) throw new Error("the user's row did not come back");
  const { id } = user;
  const secret = await startSession(db, id, { address: "127.0.0.1", userAgent: null });
  const session = await findSession(db, secret, "127.0.0.1");
  if (!session) throw new Error("the session did not come back");
  return session;
}

/** An administrator, who may make projects. */
export async function makeAdmin(db: Db, name: string): Promise<PersonActor> {
  const person = await makePerson(db, name);
  await db.update(users).set({ is_admin: true }).where(eq(users.id, person.user_id));
  return { ...person, is_admin: true };
}

export async function addRole(
  db: Db,
  project_id: string,
  actor: PersonActor,
  role: ProjectRole,
): Promise<void> {
  await db.insert(projectMembers).values({ project_id, user_id: actor.user_id, role });
}

const createCaller = createCallerFactory(appRouter);

/** Calls procedures as this person, or as nobody. */
export function callerOf(db: Db, actor: PersonActor | null, idempotency_key: string | null = null) {
  const asked = { secret: "secret of the tests", write_refusal: null, address: "127.0.0.1" };
  return createCaller({ db, actor, ...asked, idempotency_key });
}
