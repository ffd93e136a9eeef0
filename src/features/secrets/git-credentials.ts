import { sql } from "drizzle-orm";
import type { Db } from "../../db/client";
import type { Credentials } from "../../git/remote";
import { openSecret } from "./sealing";

/**
 * What the project's settings name for its git remote; null: the server's git signs in by itself. A refusal is a reason
 * for people. `key`: see `secretsKeyOf`.
 */
export async function findGitCredentials(
  db: Pick<Db, "execute">,
  project_id: string,
  key: Buffer | null,
): Promise<Credentials | null | { refusal: string }> {
  const [row] = (
    await db.execute<{ name: string; user: string | null; sealed: Buffer | null }>(sql`
      select p.git_secret as name, p.git_user as user, s.sealed
      from projects p left join project_secrets s on s.project_id = p.id and s.name = p.git_secret
      where p.id = ${project_id} and p.git_secret is not null`)
  ).rows;
  if (!row) return null;
  const { name, user, sealed } = row;
  if (sealed === null) {
    return {
      refusal: `The project's settings name the secret ${name} for git, and there is no such secret. Set it, or name another one.`,
    };
  }
  const password = key && openSecret(key, { project_id, name, sealed });
  if (!password) {
    return { refusal: `The secret ${name}, which git signs in with, cannot be read. Set it anew.` };
  }
  return { user, password: password.trim() };
}
