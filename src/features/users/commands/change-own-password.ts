import { and, eq, isNull, sql } from "drizzle-orm";
import { hashPassword } from "../../../auth/password";
import { refusePasswords } from "../../../auth/passwords-allowed";
import { type Caller, ownScope } from "../../../auth/scope";
import { endSessions } from "../../../auth/sessions";
import { checkPassword } from "../../../auth/users";
import { apiTokens } from "../../../db/schema/tokens";
import { users } from "../../../db/schema/users";
import { bookkeepingOf } from "../../../events/bookkeeping";
import { audit, transact } from "../../../events/emit";
import type { ChangedPassword, ChangePasswordInput } from "../schema";
import { requireSession } from "./require-session";

/**
 * Needs the present password. Ends the caller's other sessions and, where they say so, their tokens. Throws
 * BAD_REQUEST if the present password is wrong, FORBIDDEN for a token, TOO_MANY_REQUESTS as `throttled`.
 */
export async function changeOwnPassword(
  caller: Caller & { address: string },
  { current_password: current, new_password, tokens }: ChangePasswordInput,
): Promise<ChangedPassword> {
  const { user_id, session_id } = requireSession(caller.actor);
  refusePasswords();
  await checkPassword(bookkeepingOf(caller), user_id, { current, address: caller.address });
  const password_hash = await hashPassword(new_password);
  return transact(caller, ownScope(caller), "users.changePassword", async (tx) => {
    await tx.update(users).set({ password_hash }).where(eq(users.id, user_id));
    const ended_sessions = await endSessions(tx, user_id, session_id);
    const revoked =
      tokens === "keep"
        ? []
        : await tx
            .update(apiTokens)
            .set({ revoked_at: sql`now()` })
            .where(and(eq(apiTokens.user_id, user_id), isNull(apiTokens.revoked_at)))
            .returning({ id: apiTokens.id });
    const done = { ended_sessions, revoked_tokens: revoked.length };
    audit(tx, { after: done });
    return done;
  });
}
