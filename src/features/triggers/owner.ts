import { eq } from "drizzle-orm";
import { authorizeProject, type Caller, type ProjectScope } from "../../auth/scope";
import type { ReadDb } from "../../db/client";
import { users } from "../../db/schema/users";
import { AppError } from "../../lib/errors";

/** The person in whose name a trigger's runs start, or why there is none any more. */
export type Owner = { caller: Caller; scope: ProjectScope } | { gone: string };

const MEND = "Switch it on again to run it in your own name.";

/** Checks the person's rights again each time a trigger fires. */
export async function findOwner(
  db: ReadDb,
  { on_behalf_of, project_id }: { on_behalf_of: string | null; project_id: string },
): Promise<Owner> {
  const [user] = on_behalf_of ? await db.select().from(users).where(eq(users.id, on_behalf_of)) : [];
  if (!user) return { gone: `The account in whose name it ran is gone. ${MEND}` };
  const { id: user_id, name, email, is_admin } = user;
  if (user.disabled_at !== null)
    return { gone: `It ran in the name of ${name}, whose account is disabled. ${MEND}` };
  const actor = { type: "user" as const, user_id, name, email, is_admin, session_id: null };
  const caller: Caller = { db, actor };
  try {
    return { caller, scope: await authorizeProject(caller, project_id, "run:write") };
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return {
      gone: `It ran in the name of ${name}, who may not start runs in this project any more. ${MEND}`,
    };
  }
}
