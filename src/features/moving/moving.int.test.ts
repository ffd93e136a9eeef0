import { randomBytes } from "node:crypto";
import { createWriteStream } from "node:fs";
import {
  chmod,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  readlink,
  realpath,
  rm,
  stat,
  symlink,
  writeFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { buffer } from "node:stream/consumers";
import { pipeline } from "node:stream/promises";
import { createGzip, gzipSync } from "node:zlib";
import { eq, sql } from "drizzle-orm";
import { pack } from "tar-stream";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { HEAD } from "../../archive/format";
import { gather, readArchive } from "../../archive/reader";
import { ArchiveWriter } from "../../archive/writer";
import type { PersonActor } from "../../auth/actor";
import { ensureMachine } from "../../auth/machines";
import type { Caller } from "../../auth/scope";
import { projectMembers } from "../../db/schema/projects";
import { users } from "../../db/schema/users";
import { mentionOf } from "../../lib/mention";
import { folderOf } from "../../lib/stored-folder";
import { canRunBecome, RUN_STATUSES, STEP_STATUSES } from "../../model/states";
import { testDatabase } from "../../test/database";
import { type MadeProject, makeArtifact, makeProject, makeRun } from "../../test/factories";
import { addRole, callerOf, makeAdmin, makePerson } from "../../test/people";
import { createDefinition } from "../definitions/commands/create-definition";
import { importProject } from "./commands/import-project";
import { exportProject } from "./queries/export-project";
import type { ProjectHead } from "./schema";
import { MOVED } from "./tables";

const database = testDatabase();
let dataDir = "";
let admin: PersonActor;
let made: MadeProject;
const caller = (actor: PersonActor = admin): Caller => ({ db: database.db, actor });

beforeEach(async () => {
  dataDir = await realpath(await mkdtemp(join(tmpdir(), "phaseboard-moving-")));
  await mkdir(join(dataDir, "projects"));
  vi.stubEnv("PHASEBOARD_DATA_DIR", dataDir);
  vi.stubEnv("DATABASE_URL", database.url);
  admin = await makeAdmin(database.db, "Admin");
  const path = join(dataDir, "projects", `site-${Date.now()}`);
  await mkdir(path);
  made = await makeProject(database.db, { path, made_by_us: true });
});

afterEach(async () => {
  await database.db.execute(sql`delete from projects where id = ${made.project.id}`);
  vi.unstubAllEnvs();
  await rm(dataDir, { recursive: true, force: true });
});

async function exported(): Promise<Buffer> {
  const out = new PassThrough();
  const [bytes] = await Promise.all([buffer(out), exportProject(database.url, made.project.id, out)]);
  return bytes;
}

const imported = (bytes: Buffer, actor: PersonActor = admin) =>
  importProject(caller(actor), PassThrough.from([bytes]));

/** All rows of the project as text, but for what an import decides anew. */
async function rowsOf(project_id: string): Promise<Record<string, string[]>> {
  const found: Record<string, string[]> = {};
  for (const { name, where, without = [] } of MOVED) {
    if (name === "project_members") continue;
    const { rows } = await database.db.execute<{ row: string }>(
      sql`select (to_jsonb(t) - ${sql.raw(
        `array[${["on_behalf_of", "slug", "secret", "path", ...without]
          .filter((each) => each !== "path" || name === "projects")
          .map((each) => `'${each}'`)
          .join(", ")}]::text[]`,
      )})::text as row
          from (select * from ${sql.raw(name)} where ${sql.raw(where.replaceAll("$1", `'${project_id}'`))}) t order by 1`,
    );
    found[name] = rows.map(({ row }) => row);
  }
  return found;
}

const NIGHTLY = `name: Nightly
phases: [work]
on: { schedule: [{ cron: "0 7 * * *" }], webhook: [{ id: hook }] }
steps: [{ id: one, phase: work, type: script, run: "true" }]
`;

/** Runs and steps in every status, and steps that wait or stall. */
async function fillStatuses() {
  const { db } = database;
  for (const status of RUN_STATUSES) {
    const { run } = await makeRun(db, made);
    const ahead = canRunBecome("pending", status) || status === "pending" ? [] : ["running"];
    for (const next of [...ahead, status])
      await db.execute(sql`update workflow_runs set status = ${next} where id = ${run.id}`);
  }
  for (const status of STEP_STATUSES) {
    const { steps } = await makeRun(db, made);
    const id = steps[0]?.id;
    if (status !== "pending" && status !== "skipped")
      await db.execute(sql`update workflow_run_steps set status = 'running', attempt = 1 where id = ${id}`);
    await db.execute(sql`update workflow_run_steps set status = ${status} where id = ${id}`);
  }
  for (const column of ["waiting_for = 'approval'", "stalled_since = now()"]) {
    const { steps } = await makeRun(db, made);
    await db.execute(
      sql`update workflow_run_steps set status = 'running', ${sql.raw(column)} where id = ${steps[0]?.id}`,
    );
  }
}

async function fill() {
  const { db } = database;
  const { path } = made.project;
  const run = await makeRun(db, made, { args: { big: 12345678901234567890n.toString(), ratio: 1.5 } });
  await makeArtifact(db, made, run, { content: "hello\0world" });
  const api = callerOf(db, made.owner);
  await api.comments.create({ run_id: run.run.id, text: `A **word**, ${mentionOf(made.owner.user_id)}` });
  await api.secrets.set({ project_id: made.project.id, name: "NPM_TOKEN", value: "12345678" });
  await createDefinition(caller(made.owner), { project_id: made.project.id, source: NIGHTLY, type: "yaml" });
  await mkdir(join(path, "bin"));
  await writeFile(join(path, "bin", "tool"), "#!/bin/sh\n");
  await chmod(join(path, "bin", "tool"), 0o755);
  await symlink("bin/tool", join(path, "tool"));
  await symlink("/etc/passwd", join(path, "elsewhere"));
  await writeFile(join(path, "ü \n.txt"), Buffer.alloc(400_000, 7));
  return run;
}

describe("a project that leaves and comes back", () => {
  it("is the same: rows and files byte for byte, secrets as names", async () => {
    const { run } = await fill();
    await fillStatuses();
    const viewer = await makePerson(database.db, "Viewer");
    await addRole(database.db, made.project.id, viewer, "viewer");
    const before = await rowsOf(made.project.id);
    const countedBefore = await callerOf(database.db, made.owner).runs.counts({
      project_id: made.project.id,
    });
    expect(new Set(before.workflow_runs?.map((row) => JSON.parse(row).status))).toEqual(
      new Set(RUN_STATUSES),
    );
    const archive = await exported();
    await expect(imported(archive)).rejects.toThrow(/has this project already\. Delete it/);
    const owner = { ...made.owner, is_admin: true };
    await expect(imported(archive, owner)).rejects.toThrow(`already, as Test at /p/${made.project.slug}.`);
    expect(await callerOf(database.db, made.owner).projects.exportOutline({ id: made.project.id })).toEqual({
      refusal: null,
      files_bytes: expect.any(Number),
      runs_count: before.workflow_runs?.length,
      active_runs_count: before.workflow_runs?.filter((row) =>
        /"status": "(pending|running|paused)"/.test(row),
      ).length,
      definitions_count: before.workflow_definitions?.length,
      secrets_count: 1,
    });
    await database.db.execute(sql`delete from projects where id = ${made.project.id}`);
    await rm(made.project.path, { recursive: true });

    const result = await imported(archive);
    expect(result).toMatchObject({
      project: { id: made.project.id, name: "Test", role: "owner", made_by_us: true },
      slug_before: made.project.slug,
      people_kept_as_names: [],
      secrets_to_set: ["NPM_TOKEN"],
      webhooks_to_sign: expect.any(Number),
    });
    expect(await rowsOf(made.project.id)).toEqual(before);
    const counts = await callerOf(database.db, admin).runs.counts({ project_id: made.project.id });
    expect(counts).toEqual(countedBefore);
    const { path } = result.project;
    expect(await readFile(join(path, "ü \n.txt"))).toEqual(Buffer.alloc(400_000, 7));
    expect((await stat(join(path, "bin/tool"))).mode & 0o777).toBe(0o755);
    expect(await readlink(join(path, "tool"))).toBe("bin/tool");
    expect(await readdir(path)).not.toContain("elsewhere");
    const { items } = await callerOf(database.db, admin).artifacts.list({
      run_id: run.id,
    });
    expect(items.map(({ file_missing }) => file_missing)).toEqual([false]);
    const members = await callerOf(database.db, admin).members.list({ project_id: made.project.id });
    expect(members.items.map(({ name, role }) => `${name} ${role}`).sort()).toEqual([
      "Admin owner",
      "Owner owner",
      "Viewer viewer",
    ]);
  });

  it("says which address it had where another project has that one", async () => {
    const archive = await exported();
    await database.db.execute(sql`delete from projects where id = ${made.project.id}`);
    const other = await makeProject(database.db, { path: made.project.path });
    await database.db.execute(
      sql`update projects set slug = ${made.project.slug} where id = ${other.project.id}`,
    );
    const { project, slug_before } = await imported(archive);
    expect(slug_before).toBe(made.project.slug);
    expect(project.slug).toBe(`${slug_before}-2`);
    await database.db.execute(sql`delete from projects where id = ${other.project.id}`);
  });

  it("tells owners ahead why it cannot leave", async () => {
    vi.stubEnv("PHASEBOARD_STORAGE", "s3");
    vi.stubEnv("PHASEBOARD_S3_BUCKET", "bucket");
    const outline = await callerOf(database.db, made.owner).projects.exportOutline({ id: made.project.id });
    expect(outline.refusal).toMatch(/object store/);
  });

  it("keeps people as names who have no account, and nobody is let in by it", async () => {
    await fill();
    const archive = await exported();
    await database.db.execute(sql`delete from projects where id = ${made.project.id}`);
    await database.db
      .update(users)
      .set({ email: "other@example.com" })
      .where(eq(users.id, made.owner.user_id));
    const result = await imported(archive);
    expect(result.people_kept_as_names).toEqual(["Owner"]);
    const { rows } = await database.db.execute<{
      name: string;
      email: string;
      disabled: boolean;
      password_hash: string | null;
    }>(sql`
      select u.name, u.email, u.disabled_at is not null as disabled, u.password_hash
      from workflow_runs r join users u on u.id = r.user_id where r.project_id = ${made.project.id}`);
    expect(rows).toEqual([
      {
        name: "Owner",
        email: expect.stringMatching(/@imported\.invalid$/),
        disabled: true,
        password_hash: null,
      },
    ]);
    const { rows: said } = await database.db.execute<{ text: string; id: string }>(sql`
      select c.text, c.created_by as id from workflow_comments c join workflow_runs r on r.id = c.workflow_run_id
      where r.project_id = ${made.project.id} and c.comment_type = 'user'`);
    expect(said.map(({ text }) => text)).toEqual(said.map(({ id }) => `A **word**, ${mentionOf(id)}`));
    const { rows: members } = await database.db.execute<{ user_id: string }>(
      sql`select user_id from project_members where project_id = ${made.project.id}`,
    );
    expect(members).toEqual([{ user_id: admin.user_id }]);
    const { rows: triggers } = await database.db.execute<{ by: string }>(sql`
      select on_behalf_of as by from workflow_triggers t join workflow_definitions d on d.id = t.workflow_definition_id
      where d.project_id = ${made.project.id} and enabled`);
    expect(new Set(triggers.map(({ by }) => by))).toEqual(new Set([admin.user_id]));
    await database.db.update(users).set({ email: made.owner.email }).where(eq(users.id, made.owner.user_id));
  });
});

describe("an archive that means harm", () => {
  let archive: Buffer;
  let head: ProjectHead;

  beforeEach(async () => {
    await makeRun(database.db, made);
    archive = await exported();
    const reading = readArchive(PassThrough.from([archive]));
    const first = await reading.next();
    if (first.done) throw new Error("no head");
    head = JSON.parse((await gather(first.value.content, 1e7)).toString());
    await database.db.execute(sql`delete from projects where id = ${made.project.id}`);
  });

  afterEach(async () => {
    expect(await readdir(join(dataDir, "incoming"))).toEqual([]);
    const { rows } = await database.db.execute(sql`select 1 from projects where id = ${made.project.id}`);
    expect(rows).toEqual([]);
    expect(await readdir(tmpdir())).not.toContain("escaped");
  });

  /** The archive with its rows changed, and more entries behind them. */
  async function changed(
    edit: { head?: (head: ProjectHead) => unknown; row?: (table: string, row: (string | null)[]) => unknown },
    more: (writer: ArchiveWriter) => Promise<void> = async () => {},
  ): Promise<Buffer> {
    const file = join(dataDir, "changed.tar.gz");
    const writer = new ArchiveWriter(createWriteStream(file));
    await writer.add(HEAD, JSON.stringify(edit.head?.(structuredClone(head)) ?? head));
    for await (const { name, content } of readArchive(PassThrough.from([archive]))) {
      const [top, table = ""] = name.split("/");
      if (top !== "rows") continue;
      const lines = (await gather(content, 1e7)).toString().trim().split("\n");
      const rows = lines.map((line) =>
        JSON.stringify(edit.row?.(table, JSON.parse(line)) ?? JSON.parse(line)),
      );
      await writer.add(name, `${rows.join("\n")}\n`);
    }
    await more(writer);
    await writer.finish();
    return readFile(file);
  }

  /** A tar by hand, for what the writer would not write. */
  async function raw(
    name: string,
    type: "file" | "symlink" | "link" = "file",
    linkname = "",
  ): Promise<Buffer> {
    const tar = pack();
    const out = new PassThrough();
    const writing = pipeline(tar as never, createGzip(), out);
    const text = JSON.stringify(head);
    tar.entry({ name: HEAD, size: Buffer.byteLength(text) }, text);
    tar.entry({ name, type, linkname, size: type === "file" ? 4 : 0 }, type === "file" ? "evil" : "");
    tar.finalize();
    const [bytes] = await Promise.all([buffer(out), writing]);
    return bytes;
  }

  const column = (table: string, name: string) =>
    head.tables.find((each) => each.name === table)?.columns.indexOf(name) ?? -1;
  const setIn =
    (wanted: string, name: string, value: string | null) => (table: string, row: (string | null)[]) => {
      if (table === wanted) row[column(table, name)] = value;
      return row;
    };

  it("writes nothing out of the project", async () => {
    for (const name of [
      "files/../../escaped",
      "/escaped",
      "files/a\\..\\b",
      "files/./x",
      "elsewhere/x",
      "rows/users/1.jsonl",
    ])
      await expect(imported(await raw(name)), name).rejects.toThrow(
        /leads elsewhere|belongs nowhere|unknown here/,
      );
    await expect(imported(await raw("files/l", "symlink", "../../x"))).rejects.toThrow(
      /leads out of the project/,
    );
    await expect(imported(await raw("files/l", "symlink", "/etc"))).rejects.toThrow(
      /leads out of the project/,
    );
    await expect(imported(await raw("files/l", "link", "/etc/passwd"))).rejects.toThrow(
      /neither file, folder/,
    );
    const chain = await changed({}, async (writer) => {
      await writer.addFolder("files/d");
      await writer.addLink("files/d/up", "..");
      await writer.addLink("files/out", "d/up/..");
    });
    await expect(imported(chain)).rejects.toThrow(/leads out of the project/);
    const through = await changed({}, async (writer) => {
      await writer.addLink("files/d", "e");
      await writer.add("files/d/f", "x");
    });
    await expect(imported(through)).rejects.toThrow(/two entries of one name/);
  });

  it("gets no machine account of another project", async () => {
    const other = await makeProject(database.db);
    const machine = await database.db.transaction((tx) => ensureMachine(tx, other.project.id));
    const email = `machine-${other.project.id}@phaseboard.invalid`;
    const forged = await changed({
      head: (h) => ({ ...h, people: h.people.map((each) => ({ ...each, email })) }),
    });
    expect((await imported(forged)).people_found).toBe(0);
    expect(await database.db.$count(projectMembers, eq(projectMembers.user_id, machine))).toBe(1);
    await database.db.execute(sql`delete from projects where id = ${made.project.id}`);
  });

  it("is refused where a hash, an end or a field is wrong, or where it is none", async () => {
    await expect(imported(Buffer.from("no archive"))).rejects.toThrow(/cut off or broken/);
    await expect(imported(gzipSync("no tar"))).rejects.toThrow(/broken/);
    await expect(imported(archive.subarray(0, archive.length - 300))).rejects.toThrow(/cut off/);
    // In the midst of a file.
    const large = await changed({}, (writer) => writer.add("files/large", randomBytes(500_000)));
    await expect(imported(large.subarray(0, large.length - 250_000))).rejects.toMatchObject({
      code: "BAD_REQUEST",
      message: expect.stringContaining("cut off"),
    });
    await expect(imported(await changed({ head: (h) => ({ ...h, more: 1 }) }))).rejects.toThrow(/"more"/);
    await expect(imported(await changed({ head: (h) => ({ ...h, format: 2 }) }))).rejects.toThrow(
      /newer version/,
    );
    const field = await changed({
      head: (h) => ({ ...h, tables: h.tables.map((t) => ({ ...t, columns: [...t.columns, "surprise"] })) }),
      row: (_, row) => [...row, "x"],
    });
    await expect(imported(field)).rejects.toThrow(/projects\.surprise/);
    const path = await changed({
      head: (h) => ({
        ...h,
        tables: h.tables.map((t) => (t.name === "projects" ? { ...t, columns: [...t.columns, "path"] } : t)),
      }),
      row: (table, row) => (table === "projects" ? [...row, "/etc"] : row),
    });
    await expect(imported(path)).rejects.toThrow(/projects\.path/);
  });

  it("reaches no row of another project, and no file elsewhere", async () => {
    const other = await makeProject(database.db);
    const theirs = await makeRun(database.db, other);
    const into = await changed({ row: setIn("workflow_run_steps", "workflow_run_id", theirs.run.id) });
    await expect(imported(into)).rejects.toThrow(/outside of the archive/);
    const taken = await changed({ row: setIn("workflow_definitions", "id", other.definition.id) });
    await expect(imported(taken)).rejects.toThrow(/outside of the archive|is taken/);
    const somebody = await changed({ row: setIn("workflow_runs", "user_id", admin.user_id) });
    await expect(imported(somebody)).rejects.toThrow(/whom the archive does not/);
    const file = await changed({ row: setIn("workflow_run_steps", "log_directory_path", "../../secrets") });
    await expect(imported(file)).rejects.toThrow(/file leads out/);
    const value = await changed({ row: setIn("workflow_runs", "priority", "much") });
    await expect(imported(value)).rejects.toThrow(/does not fit its table/);
    const { rows } = await database.db.execute(
      sql`select 1 from workflow_run_steps where workflow_run_id = ${theirs.run.id}`,
    );
    expect(rows.length).toBe(theirs.steps.length);
    await rm(folderOf(other.project.path), { recursive: true });
    await database.db.execute(sql`delete from projects where id = ${other.project.id}`);
  });

  it("is for who may make projects", async () => {
    const person = await makePerson(database.db, "Somebody");
    await expect(imported(archive, person)).rejects.toThrow(/Only administrators/);
    await mkdir(join(dataDir, "incoming"), { recursive: true });
  });

  it("unpacks to no more than there is room for", async () => {
    const bomb = readArchive(PassThrough.from([archive]), { bytes: 100, entries: 1e6 });
    await expect(
      (async () => {
        for await (const { content } of bomb) for await (const _ of content);
      })(),
    ).rejects.toThrow(/more than there is room/);
    await mkdir(join(dataDir, "incoming"), { recursive: true });
  });
});
