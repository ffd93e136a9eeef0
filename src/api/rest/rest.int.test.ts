import { eq } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createToken } from "../../auth/tokens";
import { closeDatabase } from "../../db/client";
import { agentSessions } from "../../db/schema/agents";
import { workflowRunStepAttempts, workflowRunSteps } from "../../db/schema/runs";
import { apiTokens } from "../../db/schema/tokens";
import { users } from "../../db/schema/users";
import { newId } from "../../lib/ids";
import { testDatabase } from "../../test/database";
import { type MadeProject, makeArtifact, makeProject, makeRun } from "../../test/factories";
import { addRole, makePerson } from "../../test/people";
import { askRoute } from "../../test/routes";
import { web } from "../../trpc/web";
import { openApiDocument } from "../openapi/openapi";
import { restProcedures } from "./procedures";

const database = testDatabase();
let made: MadeProject;
let token: string;

beforeAll(async () => {
  process.env.DATABASE_URL = database.url;
  process.env.NEXTAUTH_SECRET = "a secret of the tests";
  made = await makeProject(database.db);
  token = await tokenOf(made.owner.user_id);
});

afterAll(() => closeDatabase(web().db));

async function tokenOf(user_id: string, expires_at?: string): Promise<string> {
  return (await createToken(database.db, { user_id, name: "test", expires_at })).token;
}

interface Answer {
  status: number;
  body: {
    data?: unknown;
    next_cursor?: string | null;
    error?: { code: string; message: string; details?: object[] };
  };
  headers: Headers;
}

async function ask(
  method: string,
  path: string,
  given: { body?: string | object; headers?: object } = {},
): Promise<Answer> {
  const { body } = given;
  const response = await askRoute(
    new Request(`http://127.0.0.1:3000/api${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json", ...given.headers },
      ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
    }),
  );
  return { status: response.status, body: await response.json(), headers: response.headers };
}

describe("REST", () => {
  it("answers a create with 201 and the row in data", async () => {
    const { status, body } = await ask("POST", `/workflows/${made.definition.id}/execute`, {
      body: { name: "Ship" },
    });
    expect(status).toBe(201);
    expect(body).toEqual({ data: expect.objectContaining({ name: "Ship", status: "pending" }) });
  });

  it("takes a write without a body", async () => {
    const { run } = await makeRun(database.db, made);
    const { status, body } = await ask("POST", `/workflow-executions/${run.id}/cancel`);
    expect([status, (body.data as { status: string }).status]).toEqual([200, "cancelled"]);
  });

  it("lists in data with the cursor beside it, and goes on from the cursor", async () => {
    const own = await makeProject(database.db);
    await addRole(database.db, own.project.id, made.owner, "viewer");
    const runs = [await makeRun(database.db, own), await makeRun(database.db, own)];
    const path = `/workflow-executions?project_id=${own.project.id}&limit=1`;
    const first = await ask("GET", path);
    const second = await ask("GET", `${path}&cursor=${first.body.next_cursor}`);
    const ids = [first, second].flatMap((page) => (page.body.data as { id: string }[]).map((run) => run.id));
    expect(ids.sort()).toEqual(runs.map(({ run }) => run.id).sort());
    expect(second.body.next_cursor).toBeNull();
  });

  it("takes a step by its id in the definition beside its run, as events have it, at each of its addresses", async () => {
    const [{ run, steps }, other] = [await makeRun(database.db, made), await makeRun(database.db, made)];
    const [{ id = "", step_id = "" } = {}] = steps;
    await database.db.insert(workflowRunStepAttempts).values({
      ...{ workflow_run_step_id: id, number: 1, log_directory_path: "logs" },
      ...{ status: "completed" as const, output: { made: true } },
    });
    const comment = `/workflow-executions/${run.id}/comments`;
    await ask("POST", comment, { body: { text: "Look", step_id } });
    for (const rest of ["", "/attempts", "/decisions", "/permission-requests", "/output?attempt=1"]) {
      const at = (ref: string, query = "") =>
        ask(
          "GET",
          `/workflow-steps/${ref}${rest}${query ? `${rest.includes("?") ? "&" : "?"}${query}` : ""}`,
        );
      const byRow = await at(id);
      expect([rest, byRow.status]).toEqual([rest, 200]);
      expect(await at(step_id, `run_id=${run.id}`)).toMatchObject({ status: 200, body: byRow.body });
      expect((await at(id, `run_id=${run.id}`)).body).toEqual(byRow.body);
      expect((await at(step_id)).status).toBe(404);
      expect((await at("none", `run_id=${run.id}`)).status).toBe(404);
      expect((await at(id, `run_id=${other.run.id}`)).status).toBe(404);
      expect((await at(step_id, `run_id=${newId()}`)).status).toBe(404);
    }
    const { body } = await ask("GET", `/workflow-steps/${step_id}?run_id=${other.run.id}`);
    expect(body.data).toMatchObject({ id: other.steps[0]?.id, workflow_run_id: other.run.id, comments: [] });
    const log = (ref: string, query = "") => ask("GET", `/workflow-steps/${ref}/logs/events${query}`);
    expect((await log(step_id, `?run_id=${run.id}`)).body).toEqual((await log(id)).body);
    expect((await log(step_id)).status).toBe(404);
  });

  it("tells a step's agent session as `session` too, wherever it tells steps", async () => {
    const { run, steps } = await makeRun(database.db, made);
    const step = steps[0]?.id ?? "";
    const places = async () => {
      const [one, ofRun, list] = await Promise.all([
        ask("GET", `/workflow-steps/${step}`),
        ask("GET", `/workflow-executions/${run.id}`),
        ask("GET", `/workflow-executions/${run.id}/steps`),
      ]);
      const [inRun] = (ofRun.body.data as { steps: object[] }).steps;
      return [one.body.data, inRun, (list.body.data as object[])[0]];
    };
    for (const each of await places()) expect(each).toMatchObject({ agent_session: null, session: null });
    const [session] = await database.db
      .insert(agentSessions)
      .values({ project_id: made.project.id, agent: "claude", status: "running", transcript_path: "none" })
      .returning({ id: agentSessions.id });
    await database.db
      .update(workflowRunSteps)
      .set({ agent_session_id: session?.id })
      .where(eq(workflowRunSteps.id, step));
    for (const each of (await places()) as { session: object; agent_session: object }[]) {
      expect(each.session).toMatchObject({ id: session?.id, agent: "claude", status: "running" });
      expect(each.agent_session).toEqual(each.session);
    }
  });

  it("answers 404 where an artifact is to go to a comment that is not there", async () => {
    const own = await makeRun(database.db, made);
    const artifact = await makeArtifact(database.db, made, own);
    const attach = (comment_id: string) =>
      ask("PATCH", `/artifacts/${artifact.id}/attach`, { body: { comment_id } });
    const commentOn = async (run_id: string) => {
      const { body } = await ask("POST", `/workflow-executions/${run_id}/comments`, {
        body: { text: "See" },
      });
      return (body.data as { id: string }).id;
    };
    const nothing = await attach(newId());
    expect(nothing).toMatchObject({ status: 404, body: { error: { message: "There is no such comment." } } });
    expect(nothing.body.error?.details).toEqual([{ path: "comment_id", message: "is no comment" }]);
    const foreign = await makeProject(database.db);
    await addRole(database.db, foreign.project.id, made.owner, "member");
    const theirs = await commentOn((await makeRun(database.db, foreign)).run.id);
    expect((await attach(theirs)).status).toBe(404);
    expect((await attach(await commentOn((await makeRun(database.db, made)).run.id))).status).toBe(400);
    const right = await commentOn(own.run.id);
    expect(await attach(right)).toMatchObject({
      status: 200,
      body: { data: { workflow_comment_id: right } },
    });
    await ask("DELETE", `/comments/${right}`);
    expect((await attach(right)).status).toBe(404);
  });

  it("names the field at fault", async () => {
    const { status, body } = await ask("GET", "/workflow-executions?project_id=x&limit=500");
    expect(status).toBe(400);
    expect(body.error).toMatchObject({
      code: "BAD_REQUEST",
      details: expect.arrayContaining([
        expect.objectContaining({ path: "project_id" }),
        expect.objectContaining({ path: "limit" }),
      ]),
    });
  });

  it.each([
    ["no credentials", undefined],
    ["a token with a wrong checksum", `pb_${"A".repeat(49)}`],
    ["something else", "Basic abc"],
  ])("answers 401 to %s", async (_, authorization) => {
    const { status, body } = await ask("GET", "/projects", {
      headers: { authorization: authorization ? `Bearer ${authorization}` : "" },
    });
    expect([status, body.error?.code]).toEqual([401, "UNAUTHORIZED"]);
  });

  it("answers 401 to a token that is revoked or expired, or whose account is disabled", async () => {
    const person = await makePerson(database.db, "Gone");
    const revoked = await tokenOf(person.user_id);
    await database.db
      .update(apiTokens)
      .set({ revoked_at: "2026-01-01T00:00:00Z" })
      .where(eq(apiTokens.user_id, person.user_id));
    const expired = await tokenOf(person.user_id, "2026-01-01T00:00:00Z");
    const disabled = await makePerson(database.db, "Disabled");
    const orphan = await tokenOf(disabled.user_id);
    await database.db
      .update(users)
      .set({ disabled_at: "2026-01-01T00:00:00Z" })
      .where(eq(users.id, disabled.user_id));
    for (const refused of [revoked, expired, orphan]) {
      expect(
        (await ask("GET", "/projects", { headers: { authorization: `Bearer ${refused}` } })).status,
      ).toBe(401);
    }
  });

  it("answers 404 for nothing, 405 for another method, both in the same shape", async () => {
    expect(await ask("GET", "/nothing")).toMatchObject({
      status: 404,
      body: { error: { code: "NOT_FOUND" } },
    });
    const wrong = await ask("PATCH", "/workflow-executions", { body: {} });
    expect(wrong).toMatchObject({ status: 405, body: { error: { code: "METHOD_NOT_ALLOWED" } } });
    expect(wrong.headers.get("allow")).toBe("GET, HEAD, OPTIONS, POST");
  });

  it.each([
    ["JSON that is broken", "{", 400],
    ["JSON that is no object", "[1]", 400],
    ["more than 1 MB", JSON.stringify({ name: "x".repeat(1024 * 1024) }), 413],
  ])("refuses %s", async (_, body, status) => {
    const answer = await ask("POST", "/projects", { body });
    expect(answer.status).toBe(status);
    expect(answer.body.error?.message).toBeTruthy();
  });

  it("refuses a body of another type", async () => {
    expect(
      (await ask("POST", "/projects", { body: "name=a", headers: { "content-type": "text/plain" } })).status,
    ).toBe(400);
  });
});

describe("streams", () => {
  const request = (path: string, given: string) =>
    new Request(`http://127.0.0.1:3000/api${path}`, { headers: { authorization: `Bearer ${given}` } });

  it("refuse a stranger with a plain answer, before anything streams", async () => {
    const stranger = await tokenOf((await makePerson(database.db, "Stranger")).user_id);
    const { steps } = await makeRun(database.db, made);
    const events = await askRoute(request(`/projects/${made.project.id}/events`, stranger));
    const log = await askRoute(request(`/workflow-steps/${steps[0]?.id}/logs/events`, stranger));
    const nobody = await askRoute(request(`/projects/${made.project.id}/events`, "none"));
    expect([events.status, log.status, nobody.status]).toEqual([403, 403, 401]);
  });

  it("send events with their ids, first how long to wait before coming back", async () => {
    const { run } = await makeRun(database.db, made);
    const stop = new AbortController();
    const response = await askRoute(
      new Request(request(`/projects/${made.project.id}/events`, token), { signal: stop.signal }),
    );
    await ask("POST", `/workflow-executions/${run.id}/cancel`);
    let text = "";
    const decoder = new TextDecoder();
    for await (const bytes of response.body ?? []) {
      text += decoder.decode(bytes as Uint8Array);
      if (text.includes("status_changed")) break;
    }
    stop.abort();
    expect(text.startsWith("retry: 250\n\n")).toBe(true);
    expect(text).toMatch(/id: \d+\nevent: workflow\.execution\.status_changed\ndata: \{"id":\d+,/);
  });

  it("send events without a name where they are asked to, for an EventSource's onmessage", async () => {
    const { run } = await makeRun(database.db, made);
    const stop = new AbortController();
    const response = await askRoute(
      new Request(request(`/projects/${made.project.id}/events?named=0`, token), { signal: stop.signal }),
    );
    await ask("POST", `/workflow-executions/${run.id}/cancel`);
    let text = "";
    for await (const bytes of response.body ?? []) {
      text += Buffer.from(bytes as Uint8Array).toString();
      if (text.includes("status_changed")) break;
    }
    stop.abort();
    expect(text).toMatch(/id: \d+\ndata: \{"id":\d+,"type":"workflow\.execution\.status_changed"/);
    expect(text).not.toContain("event:");
  });

  it("name a log type that there is not", async () => {
    const { steps } = await makeRun(database.db, made);
    const response = await askRoute(request(`/workflow-steps/${steps[0]?.id}/logs/errors`, token));
    expect([response.status, (await response.json()).error.details[0].path]).toEqual([400, "type"]);
  });
});

describe("the OpenAPI document", () => {
  it("describes every procedure that REST serves, in the envelope that it answers with", () => {
    const { paths } = openApiDocument() as { paths: Record<string, Record<string, { responses: object }>> };
    for (const { openapi, meta } of restProcedures()) {
      const operation = paths[openapi.path]?.[openapi.method.toLowerCase()];
      expect(Object.keys(operation?.responses ?? {})).toContain(meta.created ? "201" : "200");
      expect(JSON.stringify(operation)).toContain('"data"');
    }
  });
});
