import { existsSync } from "node:fs";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, expect, it } from "vitest";
import { adoptSecret } from "../auth/fingerprint";
import { installation } from "../db/schema/installation";
import { readSettings } from "../lib/settings";
import { testDatabase } from "../test/database";
import { webSecret, workerSecret } from "./secret";

const database = testDatabase({ fresh: true });
const SECRET = "the secret of the first web server";
const OTHER = "another secret of another machine";

const settings = async (secret = "") =>
  readSettings({
    NODE_ENV: "test",
    NEXTAUTH_SECRET: secret,
    PHASEBOARD_DATA_DIR: await mkdtemp(join(tmpdir(), "phaseboard-secret-")),
  });

beforeEach(async () => {
  await database.db.delete(installation);
});

it("the first web server's secret is the database's, and no other works with it", async () => {
  const { db } = database;
  await expect(workerSecret(db, await settings(SECRET))).rejects.toThrow(/^NEXTAUTH_SECRET .*no web server/);
  expect(await webSecret(db, await settings(SECRET))).toBe(SECRET);
  expect(await webSecret(db, await settings(SECRET))).toBe(SECRET);
  expect(await workerSecret(db, await settings(SECRET))).toBe(SECRET);
  for (const ask of [webSecret, workerSecret]) {
    await expect(ask(db, await settings(OTHER))).rejects.toThrow(/^NEXTAUTH_SECRET is another .*[^\n]$/);
  }
  const [row] = await db.select().from(installation);
  expect(JSON.stringify(row)).not.toContain(SECRET);
});

it("a secret is made by the first web server alone: by no worker, and by no second web server", async () => {
  const { db } = database;
  const first = await settings();
  const made = await webSecret(db, first);
  expect(await webSecret(db, first)).toBe(made);
  expect(await workerSecret(db, first)).toBe(made);
  for (const ask of [webSecret, workerSecret]) {
    const elsewhere = await settings();
    await expect(ask(db, elsewhere)).rejects.toThrow(/^NEXTAUTH_SECRET is not set/);
    expect(existsSync(join(elsewhere.dataDir, "secrets"))).toBe(false);
  }
});

it("another can be adopted where the former is lost", async () => {
  const { db } = database;
  await webSecret(db, await settings(SECRET));
  await adoptSecret(db, OTHER);
  expect(await workerSecret(db, await settings(OTHER))).toBe(OTHER);
  await expect(webSecret(db, await settings(SECRET))).rejects.toThrow(/NEXTAUTH_SECRET/);
});
