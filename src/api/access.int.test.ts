import { TRPCError } from "@trpc/server";
import { beforeAll, describe, expect, it } from "vitest";
import type { PersonActor } from "../auth/actor";
import { PROJECT_ROLES, type ProjectRole } from "../auth/roles";
import { agentSessions } from "../db/schema/agents";
import { newId } from "../lib/ids";
import { testDatabase } from "../test/database";
import { makeArtifact, makeProject, makeRun } from "../test/factories";
import { callerOf, makeMembers, makePerson } from "../test/people";
import { appRouter } from "./router";

const database = testDatabase();

interface Fixture {
  project_id: string;
  definition_id: string;
  run_id: string;
  step_id: string;
  other_user_id: string;
  agent_session_id: string;
  artifact_id: string;
}

type Row = {
  /** The lowest role that may; `account`: everybody signed in, `anyone`: nobody need be. */
  lowest: ProjectRole | "account" | "anyone";
  input?: (fixture: Fixture) => unknown;
};

const project = ({ project_id }: Fixture) => ({ project_id });
const run = ({ run_id }: Fixture) => ({ id: run_id });
const definition = ({ definition_id }: Fixture) => ({ id: definition_id });
const step = ({ step_id }: Fixture) => ({ id: step_id });
const artifact = ({ artifact_id }: Fixture) => ({ id: artifact_id });
const SOURCE = "name: A\nphases: [a]\nsteps: [{ id: a, type: script, run: 'true' }]\n";

/** Who may call what. A procedure that is not here fails the test below. */
const TABLE: Record<string, Row> = {
  "users.me": { lowest: "account" },
  "users.updateMe": { lowest: "account", input: () => ({ name: "Same" }) },
  "users.changePassword": {
    lowest: "account",
    input: () => ({ current_password: "wrong", new_password: "long enough" }),
  },
  "users.signOutEverywhere": { lowest: "account" },
  "users.isSetUp": { lowest: "anyone" },
  "users.setUp": {
    lowest: "anyone",
    input: () => ({ token: "wrong", name: "A", email: "a@example.com", password: "long enough" }),
  },
  "tokens.create": { lowest: "account", input: () => ({ name: "t" }) },
  "tokens.list": { lowest: "account" },
  "tokens.revoke": { lowest: "account", input: () => ({ id: newId() }) },
  "projects.create": { lowest: "account", input: () => ({ name: "New", path: "relative" }) },
  "projects.createSample": { lowest: "account" },
  "projects.list": { lowest: "account" },
  "projects.get": { lowest: "viewer", input: ({ project_id }) => ({ id: project_id }) },
  "projects.getBySlug": { lowest: "viewer", input: ({ project_id }) => ({ slug: project_id }) },
  "projects.update": { lowest: "maintainer", input: ({ project_id }) => ({ id: project_id, name: "B" }) },
  "projects.delete": { lowest: "owner", input: ({ project_id }) => ({ id: project_id }) },
  "members.list": { lowest: "viewer", input: project },
  "members.add": {
    lowest: "owner",
    input: ({ project_id }) => ({ project_id, email: "nobody@example.com", role: "viewer" }),
  },
  "members.update": {
    lowest: "owner",
    input: ({ project_id, other_user_id }) => ({ project_id, user_id: other_user_id, role: "viewer" }),
  },
  "members.remove": {
    lowest: "owner",
    input: ({ project_id, other_user_id }) => ({ project_id, user_id: other_user_id }),
  },
  "definitions.create": { lowest: "maintainer", input: ({ project_id }) => ({ project_id, source: SOURCE }) },
  "definitions.list": { lowest: "viewer", input: project },
  "definitions.get": { lowest: "viewer", input: definition },
  "definitions.getBySlug": { lowest: "viewer", input: ({ project_id }) => ({ project_id, slug: "none" }) },
  "definitions.update": {
    lowest: "maintainer",
    input: ({ definition_id }) => ({ id: definition_id, source: SOURCE }),
  },
  "definitions.delete": { lowest: "maintainer", input: definition },
  "definitions.sync": { lowest: "maintainer", input: project },
  "runs.create": {
    lowest: "member",
    input: ({ project_id, definition_id }) => ({
      project_id,
      workflow_definition_id: definition_id,
      name: "R",
      args: {},
    }),
  },
  "runs.execute": { lowest: "member", input: definition },
  "runs.list": { lowest: "viewer", input: project },
  "runs.counts": { lowest: "viewer", input: project },
  "runs.get": { lowest: "viewer", input: run },
  "runs.pause": { lowest: "member", input: run },
  "runs.resume": { lowest: "member", input: run },
  "runs.cancel": { lowest: "member", input: run },
  "runs.retry": { lowest: "member", input: run },
  "runs.delete": { lowest: "maintainer", input: run },
  "steps.get": { lowest: "viewer", input: step },
  "steps.logs": { lowest: "viewer", input: step },
  "comments.create": { lowest: "member", input: ({ run_id }) => ({ run_id, text: "Hello" }) },
  "comments.list": { lowest: "viewer", input: ({ run_id }) => ({ run_id }) },
  "artifacts.list": { lowest: "viewer", input: ({ run_id }) => ({ run_id }) },
  "artifacts.get": { lowest: "viewer", input: artifact },
  "artifacts.attach": {
    lowest: "member",
    input: ({ artifact_id }) => ({ id: artifact_id, comment_id: newId() }),
  },
  "artifacts.detach": { lowest: "member", input: artifact },
  "artifacts.delete": { lowest: "member", input: artifact },
  "agentSessions.get": { lowest: "viewer", input: ({ agent_session_id }) => ({ id: agent_session_id }) },
  "events.head": { lowest: "viewer", input: project },
  "events.onProject": { lowest: "viewer", input: project },
};

const procedures = Object.entries(
  appRouter._def.procedures as unknown as Record<string, { _def: { type: string } }>,
);
const WRITES = procedures.filter(([, { _def }]) => _def.type === "mutation").map(([name]) => name);

/** `OK`, or the code of the refusal. Anything but a refusal by the gate counts as let in. */
async function knock(
  actor: PersonActor | null,
  name: string,
  input: unknown,
  may_write = true,
): Promise<string> {
  const procedure = name
    .split(".")
    .reduce<unknown>(
      (place, key) => (place as Record<string, unknown>)[key],
      callerOf(database.db, actor, may_write),
    );
  try {
    const result = await (procedure as (input: unknown) => Promise<unknown>)(input);
    if (isAsyncIterable(result)) return await knockStream(result);
    return "OK";
  } catch (error) {
    if (error instanceof TRPCError)
      return error.code === "FORBIDDEN" || error.code === "UNAUTHORIZED" ? error.code : "OK";
    throw error;
  }
}

function isAsyncIterable(value: unknown): value is AsyncIterable<unknown> {
  return typeof value === "object" && value !== null && Symbol.asyncIterator in value;
}

/** A stream is let in when it brings something, ends, or is still silent after a while. */
async function knockStream(stream: AsyncIterable<unknown>): Promise<string> {
  const iterator = stream[Symbol.asyncIterator]();
  const silence = new Promise((resolve) => setTimeout(resolve, 300));
  await Promise.race([iterator.next(), silence]);
  void iterator.return?.();
  return "OK";
}

describe("who may call what", () => {
  let fixture: Fixture;
  let members: Record<ProjectRole, PersonActor>;
  let stranger: PersonActor;

  /** Fresh for each call that may change something. */
  async function prepare(): Promise<void> {
    const made = await makeProject(database.db);
    const run = await makeRun(database.db, made);
    members = await makeMembers(database.db, made.project.id);
    const other = await makePerson(database.db, "Other");
    stranger = await makePerson(database.db, "Stranger");
    await makeMembers(database.db, (await makeProject(database.db)).project.id);
    const [session] = await database.db
      .insert(agentSessions)
      .values({ project_id: made.project.id, agent: "claude", status: "completed", transcript_path: "none" })
      .returning();
    const upload = await makeArtifact(database.db, made, run);
    fixture = {
      project_id: made.project.id,
      definition_id: made.definition.id,
      run_id: run.run.id,
      step_id: run.steps[0]?.id ?? "",
      other_user_id: other.user_id,
      agent_session_id: session?.id ?? "",
      artifact_id: upload.id,
    };
  }

  beforeAll(prepare);

  it("has a row for every procedure, and no other", () => {
    expect(Object.keys(TABLE).sort()).toEqual(procedures.map(([name]) => name).sort());
  });

  for (const [name, { lowest, input }] of Object.entries(TABLE)) {
    const asked = () => (name === "projects.getBySlug" ? { slug: slugOf(fixture) } : input?.(fixture));
    if (lowest === "anyone") continue;

    it(`${name}: refuses who is not signed in`, async () => {
      expect(await knock(null, name, asked())).toBe("UNAUTHORIZED");
    });

    if (lowest === "account") continue;

    it(`${name}: refuses a stranger to the project`, async () => {
      expect(await knock(stranger, name, asked())).toBe("FORBIDDEN");
    });

    for (const role of PROJECT_ROLES) {
      const allowed = PROJECT_ROLES.indexOf(role) >= PROJECT_ROLES.indexOf(lowest);
      it(`${name}: ${allowed ? "lets in" : "refuses"} a ${role}`, async () => {
        if (allowed) await prepare();
        expect(await knock(members[role], name, asked())).toBe(allowed ? "OK" : "FORBIDDEN");
      });
    }
  }

  function slugOf({ project_id }: Fixture): string {
    return `slug-${project_id}`;
  }

  for (const name of WRITES.filter((write) => TABLE[write]?.lowest !== "anyone")) {
    it(`${name}: refuses a session whose write comes from elsewhere`, async () => {
      expect(await knock(members.owner, name, TABLE[name]?.input?.(fixture), false)).toBe("FORBIDDEN");
    });
  }
});
