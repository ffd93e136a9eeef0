import { and, eq, inArray, sql } from "drizzle-orm";
import { authorizeProject, type Caller } from "../../../auth/scope";
import { apiTokens } from "../../../db/schema/tokens";
import { users } from "../../../db/schema/users";
import { audit, transact } from "../../../events/emit";
import { AppError } from "../../../lib/errors";
import { requireSession } from "../../users/commands/require-session";
import { TOKEN_COLUMNS } from "../queries";
import type { ApiToken } from "../schema";

/** Revokes a token of the project's machine account. Throws FORBIDDEN for a token. */
export async function revokeMachineToken(
  caller: Caller,
  { project_id, id }: { project_id: string; id: string },
): Promise<ApiToken> {
  const scope = await authorizeProject(caller, project_id, "project:write");
  requireSession(caller.actor);
  return transact(caller, scope, "machineTokens.revoke", async (tx) => {
    const machine = tx.select({ id: users.id }).from(users).where(eq(users.project_id, project_id));
    const [token] = await tx
      .update(apiTokens)
      .set({ revoked_at: sql`coalesce(${apiTokens.revoked_at}, now())` })
      .where(and(eq(apiTokens.id, id), inArray(apiTokens.user_id, machine)))
      .returning(TOKEN_COLUMNS);
    if (!token) throw new AppError("NOT_FOUND", "There is no such token of this project's.");
    const { name, prefix, revoked_at } = token;
    audit(tx, { target: { type: "token", id, name }, after: { prefix, revoked_at } });
    return token;
  });
}
