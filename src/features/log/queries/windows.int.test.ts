import { rm } from "node:fs/promises";
import { join } from "node:path";
import { sql } from "drizzle-orm";
import { afterEach, describe, expect, it, vi } from "vitest";
import { encodeLine, encodeUpdate } from "../../../engine/logs/line";
import { PIECE_LENGTH } from "../../../engine/logs/line-splitter";
import { logDirectoryKey, logKey } from "../../../engine/logs/paths";
import { newId } from "../../../lib/ids";
import { LINE_LIMIT, LineAssembler, type LogLine, shownLine } from "../../../lib/log-lines";
import { enqueueAdvance } from "../../../queue/enqueue";
import { testDatabase } from "../../../test/database";
import { makeProject, makeRun, scriptStep } from "../../../test/factories";
import { callerOf } from "../../../test/people";
import { untilRun } from "../../../test/runs";
import { endWorkersAfterEach, startWorkerProcess } from "../../../test/worker-process";
import { fileLogs } from "../../../worker/logs/file-logs";

const database = testDatabase({ fresh: true });
endWorkersAfterEach();

const SECRET = "secret of the tests";
afterEach(() => vi.unstubAllEnvs());

const events = { type: "events" } as const;
const T = "2026-01-01T00:00:00.000Z";
const out = (text: string) => encodeLine(T, "stdout", text);
const err = (text: string) => encodeLine(T, "stderr", text);

/** An attempt of a run of its own, whose log is written by hand. */
async function makeLog() {
  const { db } = database;
  const made = await makeProject(db);
  const { run, steps } = await makeRun(db, made);
  const [id, step] = [newId(), steps[0]?.id ?? ""];
  await db.execute(sql`
    insert into workflow_run_step_attempts
      (id, workflow_run_step_id, number, status, log_directory_path, updated_at)
    values (${id}, ${step}, 1, 'running', ${logDirectoryKey(run.id, "only", 1)}, now() - interval '1 hour')`);
  let offset = 0;
  const put = (type: string, at: number, bytes: Buffer) =>
    db.execute(sql`insert into workflow_log_chunks (attempt_id, type, "offset", bytes)
      values (${id}, ${type}, ${at}, ${bytes})`);
  const { steps: api } = callerOf(db, made.owner);
  return {
    step,
    api,
    /** In chunks of this many bytes, which cut objects and characters. */
    async write(text: string, size = 64 * 1024) {
      const bytes = Buffer.from(text);
      for (let at = 0; at < bytes.byteLength; at += size) {
        const chunk = bytes.subarray(at, at + size);
        await put("events", offset, chunk);
        offset += chunk.byteLength;
      }
    },
    /** The same bytes as so many chunks. */
    async repeat(text: string, times: number) {
      const bytes = Buffer.from(text);
      await db.execute(sql`insert into workflow_log_chunks (attempt_id, type, "offset", bytes)
        select ${id}, 'events', ${offset}::bigint + n * ${bytes.byteLength}::bigint, ${bytes}::bytea
        from generate_series(0, ${times - 1}::int) n`);
      offset += bytes.byteLength * times;
    },
    async end() {
      await put("summary", 0, Buffer.from("# Only\n"));
      await db.execute(sql`update workflow_run_step_attempts set status = 'completed' where id = ${id}`);
    },
    file: () => fileLogs(db, run.id),
    path: join(made.project.path, logKey(run.id, "only", 1, "events")),
  };
}

/** The lines of all answers. */
async function findAll({ api, step }: Awaited<ReturnType<typeof makeLog>>, input: object): Promise<number[]> {
  const found: number[] = [];
  let cursor: string | null = null;
  do {
    const page = await api.searchLog({
      ...events,
      id: step,
      ...input,
      ...(cursor === null ? {} : { cursor }),
    });
    found.push(...page.items.map(({ n }) => n));
    cursor = page.next_cursor;
  } while (cursor !== null);
  return found;
}

function linesOf(text: string): LogLine[] {
  const lines: LogLine[] = [];
  new LineAssembler((index, line) => {
    lines[index] = shownLine(line);
  }).push(text);
  return lines;
}

/** All kinds of lines, some of them long before the index's next mark and some across it. */
function mixture(): string {
  const pieces: string[] = [
    encodeUpdate(T, { sessionUpdate: "plan", entries: [{ content: "a", status: "pending" }] }),
  ];
  for (let n = 0; n < 9_000; n++) {
    if (n % 997 === 0)
      pieces.push(
        out("half of a line, "),
        err("\u001b[31mred\n"),
        err("still red\u001b[0m\n"),
        out("and the rest\n"),
      );
    else if (n % 701 === 0)
      pieces.push(out(`${n} "quoted"\tand a tab\r\n`), out("10 %\r"), out("20 %\rdone\n"));
    else if (n % 503 === 0)
      pieces.push(
        out(`${"€😀".repeat(5_000)}\n`),
        out(""),
        err("\n"),
        encodeLine(T, "system", "two\nlines\n"),
      );
    else pieces.push(out(`line ${n} is like most: ${"x".repeat(n % 90)} é\n`));
  }
  return pieces.join("");
}

describe("windows of a log", () => {
  it("are the lines of the whole, wherever they begin; as it grows, from its rows, and from its file", async () => {
    const log = await makeLog();
    const text = mixture();
    const half = text.indexOf("\n", text.length / 2) + 1;
    await log.write(text.slice(0, half), 10_007);
    const early = linesOf(text.slice(0, half));
    const all = linesOf(text);
    const check = async (lines: LogLine[], complete: boolean) => {
      for (let line = 1; line <= lines.length; line += 811) {
        const window = await log.api.logWindow({ ...events, id: log.step, line, lines: 7 });
        const wanted = lines.slice(line - 1, line + 6).map((each, at) => ({ ...each, n: line + at }));
        expect(window).toMatchObject({ first_line: line, total_lines: lines.length, complete });
        expect(window.lines.map(({ level, ...each }) => each)).toEqual(wanted);
      }
      const end = await log.api.logWindow({ ...events, id: log.step, lines: 5 });
      expect(end.first_line).toBe(lines.length - 4);
      expect(end.lines.map(({ text }) => text)).toEqual(lines.slice(-5).map(({ text }) => text));
      const past = await log.api.logWindow({ ...events, id: log.step, line: lines.length + 9 });
      expect(past).toMatchObject({ lines: [], total_lines: lines.length });
      return end;
    };
    const { next_offset, next_place } = await check(early, false);
    // Who follows from the end of a window gets the same lines as who reads all of it.
    await log.write(text.slice(half), 10_007);
    const followed: LogLine[] = [];
    const assembler = new LineAssembler((index, line) => {
      followed[index] = shownLine(line);
    }, JSON.parse(next_place));
    assembler.push(Buffer.from(text).subarray(next_offset).toString());
    expect(followed.slice(early.length)).toEqual(all.slice(early.length));
    await check(all, false);
    await log.end();
    await check(all, true);
    await log.file();
    await check(all, true);
    await rm(log.path);
    await expect(log.api.logWindow({ ...events, id: log.step, line: 1 })).rejects.toMatchObject({
      code: "NOT_FOUND",
    });
    await expect(log.api.logWindow({ ...events, id: log.step, attempt: 2 })).rejects.toMatchObject({
      code: "NOT_FOUND",
    });
  });

  it("of a line of 50 MB hold its beginning, and those behind it are found", async () => {
    const log = await makeLog();
    const megabyte = out("0123456789abcdef".repeat(PIECE_LENGTH / 16)).repeat(64);
    await log.write(out("before\n"));
    await log.repeat(megabyte, 25);
    await log.write(err("meanwhile\n"));
    await log.repeat(megabyte, 25);
    await log.write(out(" end\n") + out("behind it\n"));
    await log.end();
    const whole = await log.api.logWindow({ ...events, id: log.step });
    expect(whole.lines.map(({ text }) => text.length)).toEqual([6, LINE_LIMIT + 2, 9, 9]);
    expect(whole.total_lines).toBe(4);
    const last = await log.api.logWindow({ ...events, id: log.step, line: 3 });
    expect(last.lines.map(({ text }) => text)).toEqual(["meanwhile", "behind it"]);
    expect(await findAll(log, { q: "behind" })).toEqual([4]);
  });

  it("of long lines have as many as fit, and at least one", async () => {
    const log = await makeLog();
    await log.write(out(`${"y".repeat(15_000)}\n`).repeat(400));
    const window = await log.api.logWindow({ ...events, id: log.step, line: 1, lines: 400 });
    expect(window.lines.length).toBeGreaterThan(100);
    expect(window.lines.length).toBeLessThan(200);
    const next = await log.api.logWindow({
      ...events,
      id: log.step,
      line: window.lines.length + 1,
      lines: 1,
    });
    expect(next.lines.map(({ n }) => n)).toEqual([window.lines.length + 1]);
  });

  it("name the groups of scripts and of an agent's plan, and which of them hold an error", async () => {
    const log = await makeLog();
    const plan = (...entries: [string, string][]) =>
      encodeUpdate(T, {
        sessionUpdate: "plan",
        entries: entries.map(([content, status]) => ({ content, status })),
      });
    await log.write(
      [
        ...["##[group]Install", "a", "##[endgroup]", "::group::Test", "Error: no", "::endgroup::"],
        ...["--- Build", "b", "+++ Deploy", "c", "--- a/file", "+++ b/file", "--- FAIL: TestX (0.00s)"],
      ]
        .map((line) => out(`${line}\n`))
        .join("") +
        plan(["Read", "in_progress"], ["Write", "pending"]) +
        plan(["Read", "completed"], ["Write", "in_progress"]),
    );
    const { groups } = await log.api.logWindow({ ...events, id: log.step, groups: "1" });
    expect(groups?.map(({ title, line, end, open }) => [title, line, end, open])).toEqual([
      ["Install", 1, 3, false],
      ["Test", 4, 6, true],
      ["Build", 7, 8, false],
      ["Deploy", 9, 10, true],
      ["Read", 14, 16, true],
      ["Write", 17, null, true],
    ]);
  });
});

describe("a search in a log", () => {
  it("finds texts, expressions and levels, page by page and in the end of a line that has not ended", async () => {
    const log = await makeLog();
    const texts = [
      "All well",
      "an \u001b[1merr\u001b[0mor here",
      "ERROR: bad",
      "warning: odd",
      `${"x".repeat(900)}needle`,
      'say "hi"',
    ];
    await log.write(texts.map((text) => out(`${text}\r\n`)).join("") + out("no end of an error"));
    const find = async (input: object) => {
      const { items, next_cursor } = await log.api.searchLog({ ...events, id: log.step, ...input });
      expect(next_cursor === null || items.length > 0).toBe(true);
      return items.map(({ n }) => n);
    };
    expect(await find({ q: "error" })).toEqual([2, 3, 7]);
    expect(await find({ q: "ERROR" })).toEqual([3]);
    expect(await find({ q: 'say "hi"' })).toEqual([6]);
    expect(await find({ q: "(?i)^error|\\bwell$", regex: "1" })).toEqual([1, 3]);
    expect(await find({ level: "error" })).toEqual([3]);
    expect(await find({ level: "warning", q: "o" })).toEqual([3, 4]);
    const [hit] = (await log.api.searchLog({ ...events, id: log.step, q: "needle" })).items;
    expect(hit).toMatchObject({ n: 5, from: 820, matches: [[900, 906]] });
    expect(hit?.text.slice(80)).toBe("needle");
    const page = await log.api.searchLog({ ...events, id: log.step, q: "error", limit: 1 });
    expect(page.items.map(({ n }) => n)).toEqual([2]);
    expect(await find({ q: "error", cursor: page.next_cursor })).toEqual([3, 7]);
    const refused = { code: "BAD_REQUEST" };
    await expect(find({ q: "(a)\\1", regex: "1" })).rejects.toMatchObject(refused);
    await expect(find({ q: "(", regex: "1" })).rejects.toMatchObject(refused);
    await expect(find({})).rejects.toMatchObject(refused);
  });

  it("goes on from its cursor where it takes longer than an answer may, also past a line that stays open", async () => {
    const log = await makeLog();
    await log.write(
      out("found and more\n").repeat(2) + err("a prompt, found") + out(`${"ab".repeat(4_000)}\n`).repeat(60),
    );
    await log.write(out("found\n"));
    let now = performance.now();
    const clock = vi.spyOn(performance, "now").mockImplementation(() => {
      now += 300;
      return now;
    });
    try {
      const first = await log.api.searchLog({ ...events, id: log.step, q: "^found|found$", regex: "1" });
      expect(first.next_cursor).not.toBeNull();
      expect(await findAll(log, { q: "^found|found$", regex: "1" })).toEqual([1, 2, 3, 64]);
    } finally {
      clock.mockRestore();
    }
  });

  it("and a window show no secret of a real run, and no more than the project allows", async () => {
    const { db } = database;
    const script = 'echo "it is $TOKEN here"; printf "%s\\r\\n" "$TOKEN"; yes | head -c 3000000';
    const made = await makeProject(db, { steps: [{ ...scriptStep("only", script), secrets: ["TOKEN"] }] });
    const caller = callerOf(db, made.owner);
    vi.stubEnv("NEXTAUTH_SECRET", SECRET);
    await caller.secrets.set({ project_id: made.project.id, name: "TOKEN", value: "hunter-two" });
    // As much as the project lets a step write.
    await caller.projects.update({ id: made.project.id, log_bytes: 1024 * 1024 });
    const { run, steps } = await makeRun(db, made);
    await enqueueAdvance(db, run.id);
    await startWorkerProcess(database.url, { NEXTAUTH_SECRET: SECRET });
    await untilRun(db, run.id, "completed");
    const id = steps[0]?.id ?? "";
    const { lines, complete } = await caller.steps.logWindow({ ...events, id, line: 1, lines: 2 });
    expect(lines.map(({ text }) => text)).toEqual(["it is *** here", "***"]);
    expect(complete).toBe(true);
    expect((await caller.steps.searchLog({ ...events, id, q: "hunter" })).items).toEqual([]);
    expect((await caller.steps.searchLog({ ...events, id, q: "***" })).items.map(({ n }) => n)).toEqual([
      1, 2,
    ]);
    const [full] = (
      await caller.steps.searchLog({ ...events, id, q: "has written 1 MiB, which is its limit" })
    ).items;
    expect(full?.stream).toBe("system");
  });
});
