import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { eq } from "drizzle-orm";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createFirstUser } from "../../auth/users";
import { users } from "../../db/schema/users";
import { testDatabase } from "../../test/database";
import { callerOf, makeAdmin, makePerson } from "../../test/people";

const database = testDatabase({ fresh: true });
const api = (actor: Awaited<ReturnType<typeof makePerson | typeof makeAdmin>>) =>
  callerOf(database.db, actor).projects;

beforeEach(async () => {
  await database.db.delete(users);
  vi.stubEnv("PHASEBOARD_DATA_DIR", await mkdtemp(join(tmpdir(), "phaseboard-creators-")));
});
afterEach(() => {
  vi.unstubAllEnvs();
});

describe("who may make projects", () => {
  it("is an administrator, who is named to the others", async () => {
    const [ada, grace, bob] = [
      await makeAdmin(database.db, "Ada"),
      await makeAdmin(database.db, "Grace"),
      await makePerson(database.db, "Bob"),
    ];
    const reason = "Only administrators make projects here. Ask Ada or Grace.";
    expect(await api(bob).mayCreate()).toEqual({ allowed: false, reason });
    for (const tried of [api(bob).create({ name: "P" }), api(bob).createSample()]) {
      await expect(tried).rejects.toMatchObject({ code: "FORBIDDEN", message: reason });
    }
    expect(await api(ada).mayCreate()).toEqual({ allowed: true, reason: null });
    expect(await api(grace).create({ name: "P" })).toMatchObject({ role: "owner" });
    await database.db
      .update(users)
      .set({ disabled_at: new Date().toISOString() })
      .where(eq(users.name, "Ada"));
    expect((await api(bob).mayCreate()).reason).toContain("Ask Grace.");
  });

  it("is everybody where the installation says so", async () => {
    vi.stubEnv("PHASEBOARD_PROJECT_CREATORS", "everybody");
    const bob = await makePerson(database.db, "Bob");
    expect(await api(bob).mayCreate()).toEqual({ allowed: true, reason: null });
    expect(await api(bob).create({ name: "P" })).toMatchObject({ role: "owner" });
  });

  it("is the first person of a new installation, the sample project too", async () => {
    const { id, ...first } = await database.db.transaction((tx) =>
      createFirstUser(tx, { name: "First", email: "first@example.com", password: "correct horse" }),
    );
    const { is_admin, name, email } = first;
    const actor = { type: "user" as const, user_id: id, name, email, is_admin, session_id: null };
    expect(await api(actor).createSample()).toMatchObject({ slug: "sample" });
  });

  it("makes no more than the cap, also at once, and may again once one is deleted", async () => {
    vi.stubEnv("PHASEBOARD_PROJECTS_PER_PERSON", "3");
    const ada = await makeAdmin(database.db, "Ada");
    const tries = await Promise.allSettled(
      Array.from({ length: 8 }, (_, n) => api(ada).create({ name: `P ${n}` })),
    );
    expect(tries.filter(({ status }) => status === "fulfilled")).toHaveLength(3);
    await expect(api(ada).create({ name: "More" })).rejects.toMatchObject({ code: "CONFLICT" });
    expect((await api(ada).mayCreate()).reason).toContain("PHASEBOARD_PROJECTS_PER_PERSON");
    const { items } = await api(ada).list();
    const id = items[0]?.id ?? "";
    await api(ada).delete({ id });
    expect(await api(ada).create({ name: "More" })).toBeTruthy();
  });
});
