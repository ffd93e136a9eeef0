import { mkdtemp, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sql } from "drizzle-orm";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { adoptSecret, checkSecret } from "../auth/fingerprint";
import { openSecret, sealSecret, secretsKeyOf } from "../features/secrets/sealing";
import { openSigningSecret, sealSigningSecret } from "../features/triggers/signing-secret";
import { readSettings } from "../lib/settings";
import { testDatabase } from "../test/database";
import { makeProject } from "../test/factories";
import { checkProjects } from "./check-projects";
import { nextSecretPath, readAuthSecret, secretPath } from "./data-folder";
import { runSecretRotate, sealAnew } from "./rotate-secret";
import { webSecret } from "./secret";

const database = testDatabase({ fresh: true });
let dataDir = "";
let old = "";
let project_id = "";
let trigger_id = "";

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), "phaseboard-rotate-"));
  vi.stubEnv("PHASEBOARD_DATA_DIR", dataDir);
  vi.stubEnv("DATABASE_URL", database.url);
  vi.stubEnv("NEXTAUTH_SECRET", "");
  await database.db.execute(sql`truncate projects, installation cascade`);
  old = await webSecret(database.db, readSettings());
  const made = await makeProject(database.db);
  project_id = made.project.id;
  const sealed = sealSecret(old, { project_id, name: "TOKEN", value: "the value" });
  await database.db.execute(
    sql`insert into project_secrets (project_id, name, sealed) values (${project_id}, 'TOKEN', ${sealed})`,
  );
  trigger_id = `trigger${made.project.id}`;
  await database.db.execute(sql`
    insert into workflow_triggers (id, workflow_definition_id, kind, key, spec, enabled, secret)
    values (${trigger_id}, ${made.definition.id}, 'webhook', 'hook', '{}', true, ${sealSigningSecret(old, trigger_id, "whsec_x")})`);
});

afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(dataDir, { recursive: true, force: true });
});

async function expectOpenWith(secret: string): Promise<void> {
  await checkSecret(database.db, secret, { note: false });
  const { rows: secrets } = await database.db.execute<{ sealed: Buffer }>(
    sql`select sealed from project_secrets`,
  );
  const [row] = secrets;
  expect(
    openSecret(secretsKeyOf(secret), { project_id, name: "TOKEN", sealed: row?.sealed ?? Buffer.alloc(0) }),
  ).toBe("the value");
  const { rows: hooks } = await database.db.execute<{ secret: Buffer }>(
    sql`select secret from workflow_triggers`,
  );
  expect(openSigningSecret(secret, trigger_id, hooks[0]?.secret ?? Buffer.alloc(0))).toBe("whsec_x");
}

it("seals everything anew under a new secret, and notes it", async () => {
  await runSecretRotate();
  const fresh = await readAuthSecret(dataDir);
  expect(fresh).not.toBe(old);
  await expectOpenWith(fresh);
  await expect(checkSecret(database.db, old, { note: false })).rejects.toThrow(/is another/);
  expect(await readdir(join(dataDir, "secrets"))).toEqual(["nextauth-secret"]);
  const { rows } = await database.db.execute<{ action: string }>(
    sql`select action from audit_log order by created_at desc limit 1`,
  );
  expect(rows).toEqual([{ action: "secret.rotate" }]);
  expect((await checkProjects(database.db, readSettings())).map(({ verdict }) => verdict)).toEqual([
    "ok",
    "ok",
  ]);
});

it("is finished by the next start where it was killed behind its commit, and begun anew where before", async () => {
  await writeFile(nextSecretPath(dataDir), "never sealed with\n");
  expect(await webSecret(database.db, readSettings())).toBe(old);
  const fresh = "the secret that was in the file before the commit";
  await writeFile(nextSecretPath(dataDir), `${fresh}\n`);
  await sealAnew(database.db, old, fresh);
  expect(await webSecret(database.db, readSettings())).toBe(fresh);
  expect((await readFile(secretPath(dataDir), "utf8")).trim()).toBe(fresh);
  await expectOpenWith(fresh);
});

it("changes nothing where one secret cannot be opened, and doctor says so", async () => {
  const foreign = sealSecret("another", { project_id, name: "AAA", value: "x" });
  await database.db.execute(
    sql`insert into project_secrets (project_id, name, sealed) values (${project_id}, 'AAA', ${foreign})`,
  );
  await expect(runSecretRotate()).rejects.toThrow(/The secret AAA of the project/);
  await expectOpenWith(old);
  const lost = sealSigningSecret("another", trigger_id, "whsec_x");
  const kept = sealSigningSecret(old, trigger_id, "whsec_x");
  await database.db.execute(sql`delete from project_secrets where name = 'AAA'`);
  await database.db.execute(sql`update workflow_triggers set secret = ${lost} where id = ${trigger_id}`);
  await expect(runSecretRotate()).rejects.toThrow(/the webhook hook of .* Make a new one/);
  await database.db.execute(sql`update workflow_triggers set secret = ${kept} where id = ${trigger_id}`);
  await database.db.execute(
    sql`insert into project_secrets (project_id, name, sealed) values (${project_id}, 'AAA', ${foreign})`,
  );
  const [folders, secret] = await checkProjects(database.db, readSettings());
  expect(folders?.verdict).toBe("ok");
  expect(secret?.text).toMatch(/cannot open AAA of/);
  await adoptSecret(database.db, "yet another");
  expect((await checkProjects(database.db, readSettings()))[1]?.text).toMatch(/is another/);
  const { rows } = await database.db.execute<{ path: string }>(sql`select path from projects`);
  await rename(rows[0]?.path ?? "", `${rows[0]?.path}-gone`);
  expect((await checkProjects(database.db, readSettings()))[0]).toMatchObject({ verdict: "fail" });
});
