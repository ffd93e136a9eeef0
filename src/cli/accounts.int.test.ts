import { eq, sql } from "drizzle-orm";
import { afterEach, beforeAll, expect, it, vi } from "vitest";
import { findFingerprint, fingerprintOf } from "../auth/fingerprint";
import { findTokenActor } from "../auth/tokens";
import { auditLog } from "../db/schema/audit";
import { apiTokens } from "../db/schema/tokens";
import { users } from "../db/schema/users";
import { testDatabase } from "../test/database";
import { type MadeProject, makeProject } from "../test/factories";
import { addRole, makePerson } from "../test/people";
import { runSecretAdopt, runTokenCreate } from "./accounts";
import { runUserCreate, runUserReset, runUserUpdate } from "./people";

const database = testDatabase();
let made: MadeProject;
let email: string;

beforeAll(async () => {
  process.env.DATABASE_URL = database.url;
  made = await makeProject(database.db, { steps: [] });
  const ada = await makePerson(database.db, "Ada");
  email = ada.email;
  await addRole(database.db, made.project.id, ada, "owner");
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});

/** What the command prints on standard output. */
async function create(options: Record<string, string>): Promise<string> {
  let printed = "";
  vi.spyOn(process.stdout, "write").mockImplementation((text) => {
    printed += text;
    return true;
  });
  await runTokenCreate({ email, name: "ci", ...options });
  return printed.trim();
}

it("makes a token with a scope, for one project named as in addresses, with an end", async () => {
  const token = await create({ scope: "run", project: made.project.slug, expires: "30d" });
  expect(await findTokenActor(database.db, token)).toMatchObject({
    email,
    scopes: ["read", "run"],
    project_id: made.project.id,
  });
});

it("makes one for everything without them", async () => {
  expect(await findTokenActor(database.db, await create({}))).toMatchObject({
    scopes: ["read", "run", "write"],
    project_id: null,
  });
});

it.each([
  [{ scope: "all" }, "--scope"],
  [{ expires: "soon" }, "--expires must be days (30d), a day (2027-03-31) or never"],
  [{ expires: "2020-01-01" }, "would have expired already"],
  [{ project: "nowhere" }, "Mend --project"],
])("refuses %o, and says what to mend", async (options: Record<string, string>, says) => {
  await expect(create(options)).rejects.toThrow(says);
});

it("makes none for a disabled person, which would work once they are enabled", async () => {
  const gone = await makePerson(database.db, "Gone");
  await database.db.update(users).set({ disabled_at: sql`now()` }).where(eq(users.id, gone.user_id));
  await expect(create({ email: gone.email })).rejects.toThrow(/is disabled/);
  expect(await database.db.$count(apiTokens, eq(apiTokens.user_id, gone.user_id))).toBe(0);
});

it("adopts no secret that is the database's already", async () => {
  const secret = "a secret that this test has made up";
  vi.stubEnv("NEXTAUTH_SECRET", secret);
  const adopted = () => database.db.$count(auditLog, eq(auditLog.action, "secret.adopt"));
  await runSecretAdopt();
  expect(await findFingerprint(database.db)).toBe(fingerprintOf(secret));
  expect(await adopted()).toBe(1);
  await runSecretAdopt();
  expect(await adopted()).toBe(1);
  vi.unstubAllEnvs();
});

it("names the password, and no option that nobody gave, where it is too short", async () => {
  const account = { email: "short@example.com", name: "Short", password: "short" };
  await expect(runUserCreate(account)).rejects.toThrow(/^The password must have at least 10 characters/);
});

/** People sign in by the provider alone. */
function passwordsOff(): void {
  vi.stubEnv("PHASEBOARD_OIDC_ISSUER", "http://127.0.0.1:9");
  vi.stubEnv("PHASEBOARD_OIDC_CLIENT_ID", "phaseboard");
  vi.stubEnv("PHASEBOARD_OIDC_CLIENT_SECRET", "secret of the client");
  vi.stubEnv("PHASEBOARD_PASSWORDS", "off");
}

/** What a command says on standard error. */
async function said(command: Promise<void>): Promise<string> {
  let text = "";
  vi.spyOn(process.stdout, "write").mockReturnValue(true);
  vi.spyOn(process.stderr, "write").mockImplementation((part) => {
    text += part;
    return true;
  });
  await command;
  return text;
}

it("says what a reset link does, which passwords decide", async () => {
  expect(await said(runUserReset({ email }))).toMatch(/^A link by which Ada sets a new password\. /);
  passwordsOff();
  expect(await said(runUserReset({ email }))).toMatch(
    /^A link by which Ada signs in without the provider\. /,
  );
});

it("makes no password that would open nothing", async () => {
  passwordsOff();
  const given = { email: "new@example.com", name: "New", password: "long enough 1" };
  await expect(runUserCreate(given)).rejects.toThrow(/PHASEBOARD_PASSWORDS=off.*user invite/);
});

it("names an option as it is typed", async () => {
  await expect(runUserUpdate({ email, newEmail: "none" })).rejects.toThrow(/^--new-email must be/);
});
