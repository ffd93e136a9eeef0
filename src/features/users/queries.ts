import { eq } from "drizzle-orm";
import type { Caller } from "../../auth/scope";
import { users } from "../../db/schema/users";
import { AppError } from "../../lib/errors";
import type { Me } from "./schema";

/** The caller's own account. */
export async function getMe({ db, actor }: Caller): Promise<Me> {
  const [me] = await db
    .select({
      id: users.id,
      email: users.email,
      name: users.name,
      is_admin: users.is_admin,
      created_at: users.created_at,
    })
    .from(users)
    .where(eq(users.id, actor.user_id));
  if (!me) throw new AppError("UNAUTHORIZED", "This account is gone. Sign in with another.");
  return me;
}
