import { beforeAll, describe, expect, it } from "vitest";
import type { PersonActor } from "../../auth/actor";
import { newId } from "../../lib/ids";
import { testDatabase } from "../../test/database";
import { type MadeProject, makeProject } from "../../test/factories";
import { addRole, callerOf, makeAdmin, makePerson } from "../../test/people";

const database = testDatabase();
const api = (actor: PersonActor) => callerOf(database.db, actor);
let made: MadeProject;
let admin: PersonActor;
let owner: PersonActor;

beforeAll(async () => {
  made = await makeProject(database.db);
  admin = await makeAdmin(database.db, "Ada");
  owner = await makePerson(database.db, "Olga");
  await addRole(database.db, made.project.id, owner, "owner");
});

const makeGroup = () => api(admin).groups.create({ name: `Engineers ${newId()}` });

describe("a group's role in a project", () => {
  it("is its members', the highest of all that they have, and ends with the group", async () => {
    const { id: project_id } = made.project;
    const [low, high] = [await makeGroup(), await makeGroup()];
    const bob = await makePerson(database.db, "Bob");
    for (const { id } of [low, high]) await api(admin).groups.addMember({ id, user_id: bob.user_id });
    const roleOf = async () => (await api(bob).projects.get({ id: project_id })).role;
    await expect(roleOf()).rejects.toMatchObject({ code: "FORBIDDEN" });

    await api(owner).members.setGroup({ project_id, group_id: low.id, role: "viewer" });
    expect(await roleOf()).toBe("viewer");
    await api(owner).members.setGroup({ project_id, group_id: high.id, role: "maintainer" });
    await addRole(database.db, project_id, bob, "member");
    expect(await roleOf()).toBe("maintainer");

    const { items } = await api(bob).members.list({ project_id });
    expect(items.find(({ user_id }) => user_id === bob.user_id)).toMatchObject({
      role: "maintainer",
      own_role: "member",
      groups: [low.name, high.name].sort(),
    });
    expect((await api(bob).projects.list({})).items.map(({ id }) => id)).toContain(project_id);

    await api(admin).groups.removeMember({ id: high.id, user_id: bob.user_id });
    expect(await roleOf()).toBe("member");
    await api(owner).members.remove({ project_id, user_id: bob.user_id });
    expect(await roleOf()).toBe("viewer");
    await expect(api(owner).members.remove({ project_id, user_id: bob.user_id })).rejects.toThrow(
      `Bob is here by ${low.name}.`,
    );
    await api(owner).members.removeGroup({ project_id, group_id: low.id });
    await expect(roleOf()).rejects.toMatchObject({ code: "FORBIDDEN" });
  });

  it("is given by owners, and the project keeps an owner that can act", async () => {
    const { project, owner: disabled } = await makeProject(database.db);
    const project_id = project.id;
    const [group, alone] = [await makeGroup(), await makePerson(database.db, "Alone")];
    await addRole(database.db, project_id, alone, "owner");
    await api(admin).users.update({ id: disabled.user_id, disabled: true });
    await api(alone).members.setGroup({ project_id, group_id: group.id, role: "owner" });
    await api(admin).groups.addMember({ id: group.id, user_id: alone.user_id });
    // By the group they are an owner still.
    await api(alone).members.remove({ project_id, user_id: alone.user_id });
    const ends = [
      () => api(alone).members.removeGroup({ project_id, group_id: group.id }),
      () => api(alone).members.setGroup({ project_id, group_id: group.id, role: "viewer" }),
    ];
    for (const end of ends) {
      await expect(end()).rejects.toMatchObject({ code: "CONFLICT" });
    }
  });
});

describe("a project without an owner that can act", () => {
  it("is taken over by an administrator, and no other is", async () => {
    const { project, owner: lone } = await makeProject(database.db);
    const project_id = project.id;
    const isListed = async () =>
      (await api(admin).members.listOwnerless({ limit: 200 })).items.some(({ id }) => id === project_id);
    await expect(api(admin).members.takeOver({ project_id })).rejects.toMatchObject({ code: "CONFLICT" });
    expect(await isListed()).toBe(false);
    await api(admin).users.update({ id: lone.user_id, disabled: true });
    expect(await isListed()).toBe(true);
    expect(await api(admin).members.takeOver({ project_id })).toMatchObject({
      user_id: admin.user_id,
      role: "owner",
    });
    expect(await isListed()).toBe(false);
    expect((await api(admin).projects.get({ id: project_id })).role).toBe("owner");
  });
});

describe("a group whose claim decides", () => {
  it("takes nobody by hand, and a name is one group's", async () => {
    const group = await makeGroup();
    const bob = await makePerson(database.db, "Bob");
    await api(admin).groups.update({ id: group.id, claim: "groups=engineering" });
    await expect(api(admin).groups.addMember({ id: group.id, user_id: bob.user_id })).rejects.toThrow(
      "decided at sign-in by groups=engineering",
    );
    await expect(api(admin).groups.create({ name: group.name.toUpperCase() })).rejects.toThrow("already");
    await expect(api(bob).groups.create({ name: "Mine" })).rejects.toMatchObject({ code: "FORBIDDEN" });
    await expect(api(admin).groups.create({ name: "G", claim: "no value" })).rejects.toThrow("a claim");
  });
});
