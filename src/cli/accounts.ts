import { and, eq, or } from "drizzle-orm";
import { z } from "zod";
import { adoptSecret, findFingerprint, fingerprintOf } from "../auth/fingerprint";
import { createToken } from "../auth/tokens";
import { findUserByEmail, type User } from "../auth/users";
import type { Db } from "../db/client";
import { migrate } from "../db/migrate";
import { projects } from "../db/schema/projects";
import { projectRoles } from "../db/schema/roles";
import { audit } from "../events/emit";
import { endOfToken } from "../features/tokens/commands/end-of-token";
import { Email, PersonName } from "../features/users/schema";
import { AppError } from "../lib/errors";
import { readSettings } from "../lib/settings";
import { scopesUpTo, TOKEN_SCOPES } from "../model/roles";
import { migrateQueue } from "../queue/migrate";
import { byCommandLine } from "./by-command-line";
import { readAuthSecret } from "./data-folder";
import { withDatabase, withDatabaseUrl } from "./database";
import { say } from "./output";
import { parseOptions } from "./parse-options";

const DAY_MS = 24 * 60 * 60 * 1000;
const TokenOptions = z.object({
  email: Email,
  name: PersonName,
  scope: z.enum(TOKEN_SCOPES).default("write"),
  project: z.string().optional(),
  expires: z.string().optional().transform(readEnd),
});

/** `30d`, `never`, or a time: as the command that makes tokens takes it. Undefined: as that decides. */
function readEnd(text: string | undefined, context: z.RefinementCtx): string | null | undefined {
  if (text === undefined) return undefined;
  if (text === "never") return null;
  const days = /^(\d{1,4})d$/.exec(text)?.[1];
  if (days !== undefined) return new Date(Date.now() + Number(days) * DAY_MS).toISOString();
  if (/^\d{4}-\d\d-\d\d/.test(text) && !Number.isNaN(Date.parse(text))) return new Date(text).toISOString();
  context.addIssue({ code: "custom", message: "must be days (30d), a day (2027-03-31) or never" });
  return z.NEVER;
}

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
  const isNew = await withDatabase(async (db) => {
    if ((await findFingerprint(db)) === fingerprintOf(secret)) return false;
    await byCommandLine(db, "secret.adopt", (tx) => adoptSecret(tx, secret));
    return true;
  });
  say(
    isNew
      ? "The secret is the database's now. Start web and workers again, and set each project's secrets anew"
      : "The secret is the database's already. Nothing is changed",
  );
}

/** `phaseboard token create`: prints only the token to stdout, so that scripts can read it. */
export async function runTokenCreate(given: unknown): Promise<void> {
  const { email, name, scope, project, expires } = parseOptions(TokenOptions, given);
  const token = await withDatabase(async (db) => {
    const user = await findUserByEmail(db, email);
    if (!user) {
      throw new AppError(
        "NOT_FOUND",
        `${email} has no account. Make one with npx phaseboard user create, or mend --email.`,
      );
    }
    if (user.disabled_at !== null) {
      throw new AppError(
        "CONFLICT",
        `The account of ${email} is disabled, so a token of it would not work. Enable it first: npx phaseboard user enable.`,
      );
    }
    const project_id = project === undefined ? null : await findProjectOf(db, user, project);
    const expires_at = await endOfToken(db, expires);
    const scopes = scopesUpTo(scope);
    return byCommandLine(db, "tokens.create", async (tx) => {
      const { token, row } = await createToken(tx, {
        user_id: user.id,
        name,
        scopes,
        project_id,
        expires_at,
      });
      const { id, prefix } = row;
      const after = { prefix, of: user.email, scopes, project_id, expires_at };
      audit(tx, { target: { type: "token", id, name }, after });
      return token;
    });
  });
  process.stdout.write(`${token}\n`);
}

/** The id of the user's project with this id or name in addresses. */
async function findProjectOf(db: Db, user: User, id_or_slug: string): Promise<string> {
  const [found] = await db
    .select({ id: projects.id })
    .from(projects)
    .innerJoin(projectRoles, eq(projectRoles.project_id, projects.id))
    .where(
      and(eq(projectRoles.user_id, user.id), or(eq(projects.id, id_or_slug), eq(projects.slug, id_or_slug))),
    );
  if (found) return found.id;
  throw new AppError("NOT_FOUND", `${user.name} is in no project "${id_or_slug}". Mend --project.`);
}
