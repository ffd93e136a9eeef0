import { isSetupToken } from "../../../auth/setup";
import { createFirstUser } from "../../../auth/users";
import type { Db } from "../../../db/client";
import { audit, commit } from "../../../events/emit";
import { AppError } from "../../../lib/errors";
import type { Me, SetUpInput } from "../schema";

/** Makes the first account. Throws FORBIDDEN for a wrong token, CONFLICT if there is an account. */
export async function setUp(
  { db, secret, address }: { db: Db; secret: string; address: string },
  { token, ...account }: SetUpInput,
): Promise<Me> {
  if (!isSetupToken(secret, token)) {
    throw new AppError(
      "FORBIDDEN",
      "This set-up link is not the one that the server printed at its start. Copy the whole link from its output.",
    );
  }
  const { id, email, name, is_admin, created_at } = await commit(
    db,
    { action: "users.setUp", outcome: "done", actor: { type: "anonymous" }, address, project_id: null },
    async (tx) => {
      const user = await createFirstUser(tx, account);
      const { id, name, email } = user;
      audit(tx, { target: { type: "user", id, name }, after: { email, is_admin: true } });
      return user;
    },
  );
  return { id, email, name, is_admin, created_at };
}
