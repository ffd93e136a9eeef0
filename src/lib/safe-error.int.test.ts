import { Writable } from "node:stream";
import { eq, sql } from "drizzle-orm";
import pino from "pino";
import { expect, it } from "vitest";
import { users } from "../db/schema/users";
import { testDatabase } from "../test/database";
import { LOG_OPTIONS } from "./logger";

const database = testDatabase();
const SECRET = "hunter2-of-somebody";

/** What the log holds of an error. */
function logged(err: unknown): string {
  let text = "";
  const to = new Writable({
    write(bytes, _, done) {
      text += bytes;
      done();
    },
  });
  pino({ ...LOG_OPTIONS, level: "info" }, to).error({ err }, "failed");
  return text;
}

it.each<[string, () => Promise<unknown>]>([
  [
    "a value that is there already",
    async () => {
      const row = { email: `${SECRET}@example.com`, name: SECRET, password_hash: SECRET };
      await database.db.insert(users).values(row);
      await database.db.insert(users).values(row);
    },
  ],
  ["a value of another kind", () => database.db.execute(sql`select ${SECRET}::text::int`)],
  [
    "one in a transaction",
    () => database.db.transaction((tx) => tx.execute(sql`select ${SECRET}::text::uuid`)),
  ],
  ["a table that is not there", () => database.db.execute(sql`select 1 from nothing where a = ${SECRET}`)],
  [
    "our own SQL",
    () =>
      database.db.execute(
        sql`insert into users (email, name, password_hash) values (${SECRET}, null, ${SECRET})`,
      ),
  ],
  ["a column", () => database.db.update(users).set({ disabled_at: SECRET }).where(eq(users.id, SECRET))],
])("the log of %s tells the statement and none of its values", async (_, work) => {
  const error = await Promise.resolve()
    .then(work)
    .then(
      () => null,
      (thrown: unknown) => thrown,
    );
  expect(error).toBeInstanceOf(Error);
  const text = logged(error);
  expect(text).not.toContain(SECRET);
  expect(JSON.parse(text).err.stack).toMatch(/\n {4}at /);
});

it("keeps what other errors say", () => {
  const text = logged(new TypeError("a is not b", { cause: new Error("since c") }));
  expect(JSON.parse(text).err).toMatchObject({
    type: "TypeError",
    message: "a is not b",
    cause: { message: "since c" },
  });
});
