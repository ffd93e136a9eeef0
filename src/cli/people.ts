import { z } from "zod";
import { createUser, findUserByEmail } from "../auth/users";
import type { Db } from "../db/client";
import { invite } from "../features/users/commands/invite-user";
import { resetLink } from "../features/users/commands/make-reset-link";
import { changeUser } from "../features/users/commands/update-user";
import { listPeople } from "../features/users/list-users";
import {
  Email,
  NewEmail,
  Password,
  type Person,
  PersonName,
  type UpdateUserInput,
} from "../features/users/schema";
import { AppError } from "../lib/errors";
import { MAX_LIMIT } from "../lib/page-size";
import { readSettings } from "../lib/settings";
import { auditAccount, byCommandLine } from "./by-command-line";
import { withDatabase } from "./database";
import { say } from "./output";
import { parseOptions } from "./parse-options";
import { readPassword } from "./read-password";

const Who = z.object({ email: Email });
const CreateOptions = Who.extend({
  name: PersonName,
  // Looked at below, wherever it comes from.
  password: z.string().optional(),
  admin: z.boolean().default(false),
});
const InviteOptions = Who.extend({ name: PersonName, admin: z.boolean().default(false) });
const UpdateOptions = Who.extend({
  name: PersonName.optional(),
  newEmail: NewEmail.optional(),
  admin: z.boolean().optional(),
});

/** `phaseboard user create` */
export async function runUserCreate(given: unknown): Promise<void> {
  const { admin, password: said, ...account } = parseOptions(CreateOptions, given);
  if (!readSettings().passwords) {
    throw new AppError(
      "BAD_REQUEST",
      "People sign in by the provider alone here (PHASEBOARD_PASSWORDS=off), so a password would open nothing. Make the account with npx phaseboard user invite.",
    );
  }
  const password = await readPassword(said);
  const fault = Password.safeParse(password).error?.issues[0];
  if (fault) throw new AppError("BAD_REQUEST", `The password ${fault.message}.`);
  const user = await withDatabase((db) =>
    byCommandLine(db, "users.create", async (tx) =>
      auditAccount(tx, await createUser(tx, { ...account, password, is_admin: admin })),
    ),
  );
  say(`Made the account of ${user.name}, ${user.email}${user.is_admin ? ", an administrator" : ""}`);
}

/** `phaseboard user list`: one line a person on stdout, or JSON. */
export async function runUserList({ json }: { json?: boolean }): Promise<void> {
  const people = await withDatabase(everybody);
  if (json) {
    process.stdout.write(`${JSON.stringify(people, null, 2)}\n`);
    return;
  }
  if (people.length === 0) {
    say(
      "Nobody has an account yet. Open the link that npx phaseboard start prints, or run npx phaseboard user create --admin.",
    );
  }
  for (const { email, name, status, is_admin, last_sign_in_at } of people) {
    const standing = is_admin ? `${status}, administrator` : status;
    const seen = last_sign_in_at ? `signed in ${last_sign_in_at}` : "never signed in";
    process.stdout.write(`${[email, name, standing, seen].join("\t")}\n`);
  }
}

async function everybody(db: Db): Promise<Person[]> {
  const people: Person[] = [];
  for (let cursor: string | null | undefined; cursor !== null; ) {
    const page = await listPeople(db, { limit: MAX_LIMIT, ...(cursor && { cursor }) });
    people.push(...page.items);
    cursor = page.next_cursor;
  }
  return people;
}

/** `phaseboard user invite`: prints only the link to stdout. */
export async function runUserInvite(given: unknown): Promise<void> {
  const { admin, ...who } = parseOptions(InviteOptions, given);
  const made = await withDatabase((db) =>
    byCommandLine(db, "users.invite", (tx) => invite(tx, { ...who, is_admin: admin })),
  );
  say(`Send this link to ${made.user.name}. It works once, until ${made.expires_at}`);
  process.stdout.write(`${made.url}\n`);
}

/** `phaseboard user reset`: prints only the link to stdout. */
export async function runUserReset(given: unknown): Promise<void> {
  const { email } = parseOptions(Who, given);
  const { passwords } = readSettings();
  const made = await withDatabase(async (db) => {
    const id = await idOf(db, email);
    return byCommandLine(db, "users.resetLink", (tx) => resetLink(tx, id, passwords ? "reset" : "enter"));
  });
  const invited = made.user.status === "invited";
  const does = invited ? "comes in" : passwords ? "sets a new password" : "signs in without the provider";
  say(`A link by which ${made.user.name} ${does}. It works once, until ${made.expires_at}`);
  process.stdout.write(`${made.url}\n`);
}

/** `phaseboard user update` */
export async function runUserUpdate(given: unknown): Promise<void> {
  const { email, name, newEmail, admin } = parseOptions(UpdateOptions, given);
  if (name === undefined && newEmail === undefined && admin === undefined) {
    throw new AppError("BAD_REQUEST", "Say what to change: --name, --new-email, --admin or --no-admin.");
  }
  const person = await change(email, { name, email: newEmail, is_admin: admin });
  say(`Changed ${person.name}, ${person.email}${person.is_admin ? ", an administrator" : ""}`);
}

/** `phaseboard user disable` and `enable` */
export async function runUserSwitch(given: unknown, disabled: boolean): Promise<void> {
  const person = await change(parseOptions(Who, given).email, { disabled });
  const told = disabled
    ? "is disabled; sessions, tokens and open boards of theirs have ended"
    : "is enabled again";
  say(`The account of ${person.name} ${told}`);
}

function change(email: string, changes: Omit<UpdateUserInput, "id">): Promise<Person> {
  return withDatabase(async (db) => {
    const id = await idOf(db, email);
    return byCommandLine(db, "users.update", (tx) => changeUser(tx, null, { id, ...changes }));
  });
}

async function idOf(db: Db, email: string): Promise<string> {
  const user = await findUserByEmail(db, email);
  if (user) return user.id;
  throw new AppError(
    "NOT_FOUND",
    `${email} has no account. See npx phaseboard user list, or invite them with npx phaseboard user invite.`,
  );
}
