import { isSetupToken } from "../../../auth/setup";
import { createFirstUser } from "../../../auth/users";
import type { Db } from "../../../db/client";
import { AppError } from "../../../lib/errors";
import type { Me, SetUpInput } from "../schema";

/** Makes the first account. Throws FORBIDDEN for a wrong token, CONFLICT if there is an account. */
export async function setUp(
  { db, secret }: { db: Db; secret: string },
  { token, ...account }: SetUpInput,
): Promise<Me> {
  if (!isSetupToken(secret, token)) {
    throw new AppError(
      "FORBIDDEN",
      "This set-up link is not the one that the server printed at its start. Copy the whole link from its output.",
    );
  }
  const { id, email, name, is_admin, created_at } = await createFirstUser(db, account);
  return { id, email, name, is_admin, created_at };
}
