import { and, eq, isNull, sql } from "drizzle-orm";
import type { Db, Tx } from "../db/client";
import { users } from "../db/schema/users";
import { AppError } from "../lib/errors";
import { HASH_OF_NOBODY, hashPassword, isPassword } from "./password";
import { throttled } from "./throttle";

export type User = typeof users.$inferSelect;

interface NewUser {
  email: string;
  name: string;
  password: string;
  is_admin?: boolean;
}

/** The person with this address: machine accounts of projects are nobody's. */
const byEmail = (email: string) =>
  and(eq(sql`lower(${users.email})`, email.trim().toLowerCase()), isNull(users.project_id));

export async function findUserByEmail(db: Db | Tx, email: string): Promise<User | null> {
  const [user] = await db.select().from(users).where(byEmail(email));
  return user ?? null;
}

/** Throws CONFLICT if the address already has an account. */
export async function createUser(db: Db | Tx, input: NewUser): Promise<User> {
  const { password, ...row } = input;
  const [user] = await db
    .insert(users)
    .values({
      ...row,
      email: row.email.trim(),
      name: row.name.trim(),
      password_hash: await hashPassword(password),
    })
    .onConflictDoNothing()
    .returning();
  if (!user) {
    throw new AppError(
      "CONFLICT",
      `${row.email} has an account already. Sign in with it, or use another address.`,
      [{ path: "email", message: "has an account already" }],
    );
  }
  return user;
}

export async function hasUsers(db: Db | Tx): Promise<boolean> {
  const [row] = await db.select({ id: users.id }).from(users).limit(1);
  return row !== undefined;
}

/** Creates the first account, an administrator. Throws CONFLICT if one exists, or is made at this moment. */
export async function createFirstUser(tx: Tx, input: Omit<NewUser, "is_admin">): Promise<User> {
  await tx.execute(sql`select pg_advisory_xact_lock(hashtext('phaseboard first user'))`);
  if (await hasUsers(tx)) {
    throw new AppError("CONFLICT", "Phaseboard is set up already. Sign in instead.");
  }
  return createUser(tx, { ...input, is_admin: true });
}

/** What a person enters to sign in, and from which address. */
interface Credentials {
  email: string;
  password: string;
  address: string;
}

/** The enabled user with this e-mail and password, else null. Throws TOO_MANY_REQUESTS as `throttled`. */
export async function findUserByCredentials(db: Db, { password, ...who }: Credentials): Promise<User | null> {
  return throttled(db, who, async () => {
    const user = await findUserByEmail(db, who.email);
    const matches = await isPassword(password, user?.password_hash ?? HASH_OF_NOBODY);
    if (!user || !matches || user.disabled_at) return null;
    await noteSignIn(db, user.id);
    return user;
  });
}

/** Remembers that the person has signed in at this moment. */
export async function noteSignIn(db: Db | Tx, user_id: string): Promise<void> {
  await db.update(users).set({ last_sign_in_at: sql`now()` }).where(eq(users.id, user_id));
}

/** Throws BAD_REQUEST if `current` is not the user's password, TOO_MANY_REQUESTS as `throttled`. */
export async function checkPassword(
  db: Db,
  user_id: string,
  { current, address }: { current: string; address: string },
): Promise<void> {
  const [user] = await db.select().from(users).where(eq(users.id, user_id));
  const isRight =
    user &&
    (await throttled(db, { email: user.email, address }, async () =>
      (await isPassword(current, user.password_hash ?? HASH_OF_NOBODY)) ? true : null,
    ));
  if (!isRight) {
    throw new AppError("BAD_REQUEST", "That is not your present password.", [
      { path: "current_password", message: "is not your present password" },
    ]);
  }
}
