import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { sql } from "drizzle-orm";
import { beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { ensureMachine } from "../auth/machines";
import { workflowDefinitions } from "../db/schema/definitions";
import { encodeLine } from "../engine/logs/line";
import { HUNK_BYTES } from "../features/changes/limits";
import { PAGE_BYTES } from "../lib/page";
import { DEFAULT_LIMIT } from "../lib/page-size";
import { makeChanges } from "../test/changes";
import { testDatabase } from "../test/database";
import { type MadeProject, makeProject, makeRun } from "../test/factories";
import { callerOf } from "../test/people";
import { oddTimes, timesIn } from "../test/wire-times";
import { appRouter } from "./router";

const database = testDatabase({ fresh: true });
const ROWS = 230;
const LONG = 20_000;
const AGENTS = 40;
const AT = "2026-01-01T00:00:00.000Z";
const GROUP = `group${"1".padStart(19, "0")}`;

interface Filled {
  project_id: string;
  definition_id: string;
  run_id: string;
  step_id: string;
  session_id: string;
}

type Input = Record<string, unknown>;

/** Each list: what it is asked with, and how many rows it has in all. */
const PAGES: Record<string, { input?: (ids: Filled) => Input; rows: number; budget?: number }> = {
  "reviews.lines": { input: ({ run_id }) => ({ run_id }), rows: ROWS },
  "reviews.list": { input: ({ run_id }) => ({ run_id }), rows: ROWS },
  "comments.list": { input: ({ run_id }) => ({ run_id }), rows: ROWS },
  "artifacts.list": { input: ({ run_id }) => ({ run_id }), rows: ROWS },
  "steps.list": { input: ({ run_id }) => ({ run_id }), rows: ROWS + 1 },
  "steps.attempts": { input: ({ step_id }) => ({ id: step_id }), rows: ROWS },
  "steps.decisions": { input: ({ step_id }) => ({ id: step_id }), rows: ROWS },
  "steps.permissionRequests": { input: ({ step_id }) => ({ id: step_id }), rows: ROWS },
  "steps.searchLog": { input: ({ step_id }) => ({ id: step_id, type: "events", q: "row" }), rows: ROWS },
  "agentSessions.steps": { input: ({ session_id }) => ({ id: session_id }), rows: ROWS },
  "agentSessions.permissionRequests": { input: ({ session_id }) => ({ id: session_id }), rows: ROWS },
  "agentSessions.messages": { input: ({ session_id }) => ({ id: session_id }), rows: ROWS },
  "audit.list": { input: ({ project_id }) => ({ project_id }), rows: ROWS },
  "members.list": { input: ({ project_id }) => ({ project_id }), rows: ROWS + 1 },
  "tokens.list": { rows: ROWS },
  // With the one by which the person asks.
  "sessions.list": { rows: ROWS + 1 },
  "users.list": { rows: ROWS + 1 },
  "groups.list": { rows: ROWS },
  "groups.members": { input: () => ({ id: GROUP }), rows: ROWS },
  "members.listGroups": { input: ({ project_id }) => ({ project_id }), rows: ROWS },
  "members.listOwnerless": { rows: ROWS },
  "room.projects": { rows: 2 * ROWS + 1 },
  "machineTokens.list": { rows: ROWS, input: ({ project_id }) => ({ project_id }) },
  "projects.list": { rows: ROWS + 1 },
  "definitions.list": { input: ({ project_id }) => ({ project_id }), rows: ROWS + 1 },
  "definitions.revisions": { input: ({ definition_id }) => ({ id: definition_id }), rows: ROWS + 1 },
  "triggers.list": { input: ({ definition_id }) => ({ definition_id }), rows: ROWS },
  "secrets.list": { input: ({ project_id }) => ({ project_id }), rows: ROWS },
  "inbox.list": { rows: ROWS },
  "runs.list": { input: ({ project_id }) => ({ project_id }), rows: ROWS + 1, budget: 4 * PAGE_BYTES },
  "runs.history": { input: ({ run_id }) => ({ id: run_id }), rows: ROWS },
  "runs.changes": { input: ({ run_id }) => ({ id: run_id, hunks: "1" }), rows: ROWS, budget: HUNK_BYTES },
};

/** Lists that no cursor goes on with: whoever makes one bounds it. */
const WHOLE: Record<string, (ids: Filled) => Input> = {
  "definitions.ignored": ({ project_id }) => ({ project_id }),
  "views.list": ({ project_id }) => ({ project_id }),
  "labels.list": ({ project_id }) => ({ project_id }),
  "definitions.templates": ({ project_id }) => ({ project_id }),
  "definitions.vocabulary": ({ project_id }) => ({ project_id }),
  "agents.list": ({ project_id }) => ({ project_id }),
  "presence.look": ({ project_id }) => ({ project_id, tab: "tab-of-a-test" }),
  "users.identities": () => ({}),
  "projects.disk": ({ project_id }) => ({ id: project_id }),
  "projects.sizes": ({ project_id }) => ({ id: project_id }),
  // By the characters of its lines.
  "steps.logWindow": ({ step_id }) => ({ id: step_id, type: "events" }),
};

/** What holds first pages of lists. */
const PARTS: Record<string, (ids: Filled) => Input> = {
  "runs.get": ({ run_id }) => ({ id: run_id }),
  "steps.get": ({ step_id }) => ({ id: step_id }),
  "agentSessions.get": ({ session_id }) => ({ id: session_id }),
  "definitions.get": ({ definition_id }) => ({ id: definition_id }),
};

/** What gives one thing as a row of the lists above, or as `definitions.get` and `runs.get` do. */
const SINGLE = [
  "definitions.getBySlug",
  "definitions.create",
  "definitions.update",
  "definitions.offer",
  "definitions.createFromTemplate",
  "definitions.restore",
  "definitions.rename",
  "definitions.duplicate",
  "definitions.setEnabled",
  "definitions.setBadge",
  // At most 500 runs and 200 steps.
  "definitions.statistics",
  // At most 100 faults.
  "definitions.check",
  "runs.create",
  "runs.execute",
  // At most as many as one call changes.
  "runs.retryMany",
  "runs.deleteMany",
  "runs.labelMany",
  // The newest events of a run, and the first runs of each column.
  "replay.run",
  "replay.board",
  // At most as many as are read of one archive.
  "artifacts.entries",
  // At most eight of a kind.
  "search.find",
  // With the run's labels, of which it takes 50.
  "runs.update",
  "runs.pause",
  "runs.resume",
  "runs.cancel",
  "runs.again",
  "runs.retry",
  "runs.pin",
  "runs.unpin",
  "comments.create",
  "comments.update",
  "comments.resolve",
  "agentSessions.answerPermission",
  "agentSessions.send",
  "agentSessions.editMessage",
  "agentSessions.withdrawMessage",
  // At most as many as a board begins with, as a page of a column has, and as one asks for.
  "board.get",
  "board.all",
  "runs.timeline",
  "board.column",
  "board.changes",
  // Of all its runs together at most 5,000 of a kind, and 1 MB of outputs.
  "runs.compare",
  "runs.compareChanges",
  // At most as many lines of two logs as two windows have.
  "steps.compareLogs",
  // At most as many as one call cancels.
  "runs.cancelMany",
  "runs.archiveMany",
  "runs.acknowledgeMany",
];

let made: MadeProject;
let ids: Filled;

beforeAll(async () => {
  made = await makeProject(database.db);
  const { run, steps } = await makeRun(database.db, made);
  const [project_id, definition_id, user_id] = [made.project.id, made.definition.id, made.owner.user_id];
  const step_id = steps[0]?.id ?? "";
  const session_id = `s${run.id}`;
  ids = { project_id, definition_id, run_id: run.id, step_id, session_id };
  const many = sql`generate_series(1, ${ROWS}) n`;
  const long = sql`repeat('x', ${LONG})`;
  await database.db.execute(sql`insert into users (id, email, name, password_hash)
    select 'user' || n, n || '@example.com', 'Same name', 'none' from ${many}`);
  await database.db.execute(
    sql`insert into project_members (project_id, user_id, role) select ${project_id}, 'user' || n, 'viewer' from ${many}`,
  );
  await database.db.execute(sql`insert into account_links (id, user_id, kind, token_hash, expires_at)
    select 'link' || n, 'user' || n, 'invitation', 'hash' || n, now() + interval '1 day' from ${many}`);
  await database.db.execute(
    sql`insert into groups (id, name) select 'group' || lpad(n::text, 19, '0'), 'Group ' || n from ${many}`,
  );
  await database.db.execute(
    sql`insert into group_members (group_id, user_id) select ${GROUP}, 'user' || n from ${many}`,
  );
  await database.db.execute(sql`insert into project_groups (project_id, group_id, role)
    select ${project_id}, 'group' || lpad(n::text, 19, '0'), 'viewer' from ${many}`);
  await database.db.execute(sql`insert into projects (id, name, slug, path)
    select 'ownerless' || n, 'Same name', 'ownerless-' || n, '/none/ownerless/' || n from ${many}`);
  await database.db.execute(sql`insert into audit_log (id, action, outcome, actor_type, project_id, after)
    select 'audit' || n, 'test.done', 'done', 'system', ${project_id}, jsonb_build_object('text', left(${long}, 2000))
    from ${many}`);
  await database.db.execute(sql`insert into api_tokens (id, user_id, name, prefix, token_hash)
    select 'token' || n, ${user_id}, 'token', 'pb', 'hash' || n from ${many}`);
  await database.db.execute(sql`insert into sessions (id, user_id, token_hash, device, address, last_seen_at, expires_at)
    select 'session' || n, ${user_id}, 'hash' || n, 'Firefox on Linux', '192.0.2.1', now(), now() + interval '1 day'
    from ${many}`);
  const machine_id = await database.db.transaction((tx) => ensureMachine(tx, project_id));
  await database.db.execute(sql`insert into api_tokens (id, user_id, name, prefix, token_hash, project_id)
    select 'machinetoken' || n, ${machine_id}, 'token', 'pb', 'machine' || n, ${project_id} from ${many}`);
  await database.db.execute(sql`insert into projects (id, name, slug, path)
    select 'project' || n, 'Same name', 'slug-' || n, '/none/' || n from ${many}`);
  await database.db.execute(
    sql`insert into project_room (project_id, counted_at) select id, now() from projects`,
  );
  await database.db.execute(
    sql`insert into project_members (project_id, user_id, role) select 'project' || n, ${user_id}, 'owner' from ${many}`,
  );
  await database.db.execute(sql`insert into workflow_definitions (id, project_id, name, slug, description, type, path, phases, status, is_template)
    select 'definition' || n, ${project_id}, 'Same name', 'd' || n, repeat('d', 2000), 'yaml', 'p' || n, '["a"]', 'active', true
    from ${many}`);
  await database.db.execute(sql`insert into workflow_definition_revisions (id, workflow_definition_id, number, sha256, source, compiled)
    select 'revision' || n, ${definition_id}, n + 1, 'none', ${long}, '{}' from ${many}`);
  await database.db.execute(sql`insert into workflow_triggers (id, workflow_definition_id, kind, key, spec, enabled)
    select 'trigger' || n, ${definition_id}, 'webhook', 'key' || n, '{"key":"k","args":{},"if":null}', true from ${many}`);
  await database.db.execute(
    sql`insert into project_secrets (project_id, name, sealed) select ${project_id}, 'NAME_' || n, '' from ${many}`,
  );
  await database.db.execute(sql`insert into workflow_runs (id, project_id, user_id, workflow_definition_id, revision, number, name, args)
    select 'run' || n, ${project_id}, ${user_id}, ${definition_id}, 1, n + 1, 'Same name', jsonb_build_object('a', ${long})
    from ${many}`);
  await database.db.execute(sql`insert into agent_sessions (id, project_id, agent, status, transcript_path)
    values (${session_id}, ${project_id}, 'claude', 'running', 'none')`);
  await database.db.execute(sql`insert into workflow_run_steps (id, workflow_run_id, step_id, name, kind, phase, position, agent_session_id, output)
    select 'step' || n, ${run.id}, 's' || n, 's', 'agent', 'work', 1, ${session_id}, to_jsonb(repeat('y', 4000)) from ${many}`);
  await database.db.execute(sql`insert into workflow_run_step_attempts (id, workflow_run_step_id, number, status, log_directory_path, error_message, output)
    select 'attempt' || n, ${step_id}, n, 'failed', 'none', ${long}, to_jsonb(repeat('y', 4000)) from ${many}`);
  const lines = Array.from({ length: ROWS }, (_, n) => encodeLine(AT, "stdout", `row ${n}\n`)).join("");
  await database.db.execute(sql`insert into workflow_log_chunks (attempt_id, type, "offset", bytes)
    select 'attempt' || ${ROWS}::int, 'events', 0, ${Buffer.from(lines)}`);
  await database.db.execute(sql`insert into reviews (id, workflow_run_id, workflow_run_step_id, attempt, user_id, user_name, decision, text)
    select 'decision' || n, ${run.id}, ${step_id}, n, 'user' || n, 'user' || n, 'approve', repeat('n', 10000) from ${many}`);
  await database.db.execute(sql`insert into workflow_comments (id, workflow_run_id, workflow_run_step_id, text, comment_type, created_by, anchor)
    select 'comment' || n, ${run.id}, ${step_id}, ${long}, 'user', ${user_id},
      json_build_object('kind', 'change', 'path', 'file' || n, 'side', 'new', 'line', 1, 'start_line', null, 'snapshot', null)
    from ${many}`);
  await database.db.execute(sql`insert into workflow_artifacts (id, workflow_run_step_id, workflow_comment_id, name, file_path, file_type, mime_type, size_bytes, sha256)
    select 'artifact' || n, ${step_id}, 'comment1', 'a', 'p' || n, 'other', 'text/plain', 1, 'none' from ${many}`);
  await database.db.execute(sql`insert into agent_permission_requests (id, agent_session_id, workflow_run_step_id, attempt, tool_call, options)
    select 'request' || n, ${session_id}, ${step_id}, 1,
      jsonb_build_object('id', '1', 'title', 'Remove', 'kind', null, 'locations', '[]'::jsonb, 'content', '[]'::jsonb,
                         'input', ${long}, 'is_cut', false),
      '[{"option_id":"yes","name":"Yes","kind":"allow_once"}]' from ${many}`);
  await database.db.execute(
    sql`update workflow_run_step_attempts set agent_session_id = ${session_id} where id = 'attempt1'`,
  );
  await database.db.execute(sql`insert into agent_messages (id, workflow_run_id, workflow_run_step_id, text, created_by, created_by_name)
    select 'message' || n, ${run.id}, ${step_id}, ${long}, ${user_id}, 'Somebody' from ${many}`);
  const files = Object.fromEntries(
    Array.from({ length: ROWS }, (_, n) => [`f${n}.txt`, `${"z".repeat(300)}\n`.repeat(40)]),
  );
  await makeChanges(database.db, made, { run, steps }, { before: {}, after: files });
  const folder = join(made.project.path, ".agent/workflows/definitions");
  await mkdir(folder, { recursive: true });
  await Promise.all(Array.from({ length: ROWS }, (_, n) => writeFile(join(folder, `f${n}.json`), "{}")));
  const args = (n: number) => (n === 0 ? `&long ["${"l".repeat(10_000)}"]` : "*long");
  const agents = Array.from({ length: AGENTS }, (_, n) => `a${n}: { command: x, args: ${args(n)} }\n`);
  await writeFile(join(made.project.path, ".agent/agents.yaml"), agents.join(""));
});

/** Some lists are for administrators. */
const asked = () => ({ ...made.owner, is_admin: true });

const ask = (name: string, input?: Input): Promise<Record<string, unknown>> => {
  const procedure = name
    .split(".")
    .reduce<unknown>((at, part) => (at as Record<string, unknown>)[part], callerOf(database.db, asked()));
  return (procedure as (input?: Input) => Promise<Record<string, unknown>>)(input);
};

const bytesOf = (answer: unknown) => Buffer.byteLength(JSON.stringify(answer));
/** A row as what it is known by. */
const idOf = (row: unknown) => {
  const { id, user_id, name, number, attempt, path, n } = row as Record<string, unknown>;
  return JSON.stringify(id ?? user_id ?? number ?? attempt ?? path ?? name ?? n);
};
/** A budget counts what varies; names and quotes of JSON come on top. */
const MARGIN = 1.3;

describe("every list", () => {
  const procedures = Object.entries(
    appRouter._def.procedures as unknown as Record<string, { _def: { output?: z.ZodType } }>,
  );

  it.each(procedures)("%s is in a table of this test if it gives rows", (name, { _def }) => {
    if (!_def.output || SINGLE.includes(name)) return;
    const schema = z.toJSONSchema(_def.output, { io: "output", unrepresentable: "any" }) as Schema;
    const lists = listsOf(schema);
    if (lists.length === 0) return;
    const known = name in PAGES || name in WHOLE || name in PARTS;
    expect(known, `add ${name} to a table of src/api/lists.int.test.ts: it gives ${lists.join(", ")}`).toBe(
      true,
    );
  });

  it.each(Object.entries(PAGES))(
    "%s goes page by page from its first row to its last",
    async (name, list) => {
      const { input = () => ({}), rows, budget = PAGE_BYTES } = list;
      const seen: string[] = [];
      let place: Input = {};
      do {
        const page = await ask(name, { ...input(ids), ...place });
        const items = page.items as unknown[];
        expect(items.length).toBeLessThanOrEqual(DEFAULT_LIMIT);
        expect(items.length).toBeGreaterThan(0);
        expect(bytesOf(page)).toBeLessThan(budget * MARGIN + 64 * 1024);
        seen.push(...items.map(idOf));
        place = { cursor: page.next_cursor };
      } while (place.cursor !== null);
      expect(new Set(seen).size, "no row twice").toBe(seen.length);
      expect(seen).toHaveLength(rows);
      const large = await ask(name, { ...input(ids), limit: 200 });
      expect(bytesOf(large)).toBeLessThan(budget * MARGIN + 64 * 1024);
    },
    60_000,
  );

  it.each(Object.entries(WHOLE))("%s is bounded", async (name, input) => {
    expect(bytesOf(await ask(name, input(ids)))).toBeLessThan(PAGE_BYTES * MARGIN);
  });

  it("says how many agents it leaves out", async () => {
    const { agents, left_out, faults } = await ask("agents.list", { project_id: ids.project_id });
    expect(faults).toEqual([]);
    expect((agents as unknown[]).length + Number(left_out)).toBe(AGENTS);
    expect(left_out).toBeGreaterThan(0);
  });

  it.each(Object.entries(PARTS))("%s holds no more than first pages", async (name, input) => {
    const answer = await ask(name, input(ids));
    const lists = Object.keys(answer).filter((key) => key.endsWith("_next_cursor"));
    expect(lists.length).toBeGreaterThan(0);
    for (const list of lists) expect(Array.isArray(answer[list.replace("_next_cursor", "")])).toBe(true);
    expect(bytesOf(answer)).toBeLessThan(lists.length * PAGE_BYTES * MARGIN);
  });
});

/** Names of the fields of an answer that hold times. */
function timeFields(name: string): string[] {
  const { output } =
    (appRouter._def.procedures as unknown as Record<string, { _def: { output: z.ZodType } }>)[name]?._def ??
    {};
  const schema = JSON.stringify(
    z.toJSONSchema(output ?? z.never(), { io: "output", unrepresentable: "any" }),
  );
  const names = [...schema.matchAll(/"((?:\w+_)?(?:at|since|until))":\{/g)].map(([, field]) => field ?? "");
  return [...new Set(names)].sort();
}

describe("times", () => {
  /** Postgres leaves out zeros at the end of a time, so each is one that ends in zeros. */
  beforeAll(async () => {
    const { rows: columns } = await database.db.execute<{ table: string; column: string }>(sql`
      select table_name as table, column_name as column from information_schema.columns
      where table_schema = 'public' and data_type = 'timestamp with time zone'
        and (table_name, column_name) <> ('users', 'disabled_at')`);
    await database.db.execute(sql`insert into workflow_run_pins (workflow_run_id) values (${ids.run_id})`);
    await database.db.execute(sql`insert into inbox_items (user_id, key, reason, workflow_run_id)
      select ${made.owner.user_id}, 'approval:' || id || ':' || attempt, 'approval', workflow_run_id
      from workflow_run_steps where id = ${ids.step_id}`);
    await database.db.transaction(async (tx) => {
      // Some rows are never changed, says a trigger of theirs; and what waits has no time of its end, say checks.
      const { rows: checks } = await tx.execute<{ table: string; name: string }>(sql`
        select conrelid::regclass::text as table, conname as name from pg_constraint
        where contype = 'c' and connamespace = 'public'::regnamespace`);
      for (const { table, name } of checks) {
        await tx.execute(sql.raw(`alter table "${table}" drop constraint "${name}"`));
      }
      await tx.execute(sql`set local session_replication_role = replica`);
      for (const { table, column } of columns) {
        await tx.execute(sql.raw(`update "${table}" set "${column}" = '2026-11-21 09:40:20.100+00'`));
      }
      // A session that has ended is not listed.
      await tx.execute(
        sql`update account_links set used_at = null, expires_at = '2126-11-21 09:40:20.100+00'`,
      );
      await tx.execute(sql`update sessions set last_seen_at = '2126-11-21 09:40:20.100+00',
        expires_at = '2126-11-21 09:40:20.100+00'`);
      await tx.execute(
        sql`update workflow_runs set status = 'running', ready_since = null where id = ${ids.run_id}`,
      );
      const request = {
        prompt: "Go?",
        approvers: { role: "member", count: 1, allow_self: true },
        form: null,
      };
      await tx.execute(sql`update workflow_run_steps set status = 'running', waiting_for = 'approval',
        request = ${JSON.stringify(request)}::json where id = ${ids.step_id}`);
      await tx.execute(sql`delete from agent_permission_requests where id <> 'request1'`);
      // The one with runs is on the first page of projects.
      await tx.execute(sql`update projects set name = '0' where id = ${ids.project_id}`);
      await tx.execute(sql`update workflow_triggers set kind = 'schedule',
        spec = '{"key":"k","args":{},"cron":"0 9 * * *","timezone":"UTC"}' where id = 'trigger1'`);
    });
  });

  it.each([
    ...Object.entries(PAGES).map(([name, { input }]) => [name, input] as const),
    ...Object.entries(PARTS),
  ])("of %s have as many digits as all others", async (name, input) => {
    // The run that waits is not on the first page of all.
    const which =
      name === "runs.list" ? { status: "running" } : name === "inbox.list" ? { view: "done" } : {};
    // A schedule of a disabled definition has no next time.
    const disabled_at = name.startsWith("definitions.") ? "2026-11-21T09:40:20.100Z" : null;
    await database.db.update(workflowDefinitions).set({ disabled_at });
    const answer = await ask(name, { ...input?.(ids), ...which });
    expect(oddTimes(answer)).toEqual([]);
    const told = new Set(timesIn(answer).map(([at]) => at.split(".").at(-1)));
    expect(timeFields(name).filter((field) => !told.has(field))).toEqual([]);
  });
});

interface Schema {
  $ref?: string;
  $defs?: Record<string, Schema>;
  type?: string;
  items?: Schema;
  properties?: Record<string, Schema>;
}

/** Names of the arrays of rows in an answer, or in itself. */
function listsOf(given: Schema): string[] {
  const schema = given.$defs?.[given.$ref?.replace("#/$defs/", "") ?? ""] ?? given;
  if (schema.type === "array") return ["an array"];
  return Object.entries(schema.properties ?? {}).flatMap(([name, { type, items }]) =>
    type === "array" && items?.type !== "string" ? [name] : [],
  );
}
