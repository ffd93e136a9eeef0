import { z } from "zod";
import { adoptSecret } from "../auth/fingerprint";
import { createToken } from "../auth/tokens";
import { findUserByEmail } from "../auth/users";
import { migrate } from "../db/migrate";
import { Email, PersonName } from "../features/users/schema";
import { AppError } from "../lib/errors";
import { readSettings } from "../lib/settings";
import { migrateQueue } from "../queue/migrate";
import { readAuthSecret } from "./data-folder";
import { withDatabase, withDatabaseUrl } from "./database";
import { say } from "./output";
import { parseOptions } from "./parse-options";

const TokenOptions = z.object({ email: Email, name: PersonName });

/** `phaseboard migrate` */
export async function runMigrate(): Promise<void> {
  await withDatabaseUrl((url) => migrate(url, { queue: migrateQueue }));
  say("The database is up to date");
}

/** `phaseboard secret adopt` */
export async function runSecretAdopt(): Promise<void> {
  const { authSecret, dataDir } = readSettings();
  const secret = authSecret ?? (await readAuthSecret(dataDir));
  if (!secret)
    throw new AppError("BAD_REQUEST", "NEXTAUTH_SECRET is not set, and the data folder holds none.");
  await withDatabase((db) => adoptSecret(db, secret));
  say("The secret is the database's now. Start web and workers again, and set each project's secrets anew");
}

/** `phaseboard token create`: prints only the token to stdout, so that scripts can read it. */
export async function runTokenCreate(given: unknown): Promise<void> {
  const { email, name } = parseOptions(TokenOptions, given);
  const token = await withDatabase(async (db) => {
    const user = await findUserByEmail(db, email);
    if (!user) {
      throw new AppError(
        "NOT_FOUND",
        `${email} has no account. Make one with npx phaseboard user create, or mend --email.`,
      );
    }
    return (await createToken(db, { user_id: user.id, name, expires_at: null })).token;
  });
  process.stdout.write(`${token}\n`);
}
