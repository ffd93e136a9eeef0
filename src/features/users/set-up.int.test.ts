import { eq } from "drizzle-orm";
import { expect, it } from "vitest";
import { setupToken } from "../../auth/setup";
import { auditLog } from "../../db/schema/audit";
import { testDatabase } from "../../test/database";
import { callerOf } from "../../test/people";

const database = testDatabase({ fresh: true });

it("makes the first account and no second, and leaves its row without the password", async () => {
  const token = setupToken("secret of the tests");
  const password = "a long password of the first";
  const setUp = (email: string) =>
    callerOf(database.db, null).users.setUp({ token, name: "Ada", email, password });
  const { id } = await setUp("ada@example.com");
  await expect(setUp("eve@example.com")).rejects.toMatchObject({ code: "CONFLICT" });
  const rows = await database.db.select().from(auditLog).where(eq(auditLog.action, "users.setUp"));
  expect(rows).toMatchObject([
    { outcome: "done", actor_type: "anonymous", address: "127.0.0.1", target_id: id, target_name: "Ada" },
  ]);
  expect(JSON.stringify(rows)).not.toContain(password);
});
