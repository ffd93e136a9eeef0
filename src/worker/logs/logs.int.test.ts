import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { sql } from "drizzle-orm";
import { describe, expect, it, vi } from "vitest";
import type { ScriptStep } from "../../engine/definition/types";
import { LOG_FILE_TYPES, type LogFileType } from "../../engine/logs/log-files";
import { logKey } from "../../engine/logs/paths";
import { enqueueAdvance } from "../../queue/enqueue";
import { openStorage } from "../../storage/open-storage";
import { testDatabase } from "../../test/database";
import { makeProject, makeRun, scriptStep } from "../../test/factories";
import { startObjectStore } from "../../test/object-store";
import { callerOf } from "../../test/people";
import { untilRun } from "../../test/runs";
import { endWorkersAfterEach, startWorkerProcess } from "../../test/worker-process";
import { fileLogs } from "./file-logs";

const database = testDatabase({ fresh: true });
endWorkersAfterEach();

async function start(run: string, given: Partial<ScriptStep> = {}) {
  const made = await makeProject(database.db, { steps: [scriptStep("write", run, given)] });
  const { run: row, steps } = await makeRun(database.db, made);
  await enqueueAdvance(database.db, row.id);
  const caller = callerOf(database.db, made.owner);
  const path = made.project.path;
  const step_row_id = steps[0]?.id ?? "";
  /** Follows one log as the board does; `text` grows. */
  const follow = (type: LogFileType) => {
    const followed = { text: "", done: false };
    const reading = (async () => {
      for await (const piece of await caller.steps.logs({ id: step_row_id, type })) {
        followed.text += piece.text;
        followed.done ||= piece.done;
      }
    })();
    return { followed, reading };
  };
  const file = async (type: LogFileType) => {
    await fileLogs(database.db, row.id);
    return readFile(join(path, logKey(row.id, "write", 1, type)), "utf8");
  };
  return { id: row.id, path, project: made.project, follow, file };
}

const artifactsOf = async (runId: string) =>
  (
    await database.db.execute<{ file_path: string }>(sql`
    select a.file_path from workflow_artifacts a
    join workflow_run_steps s on s.id = a.workflow_run_step_id where s.workflow_run_id = ${runId}`)
  ).rows;

/** Kilobytes of memory that the process has had at most. */
async function peakOf(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, "utf8");
  return Number(/^VmHWM:\s+(\d+)/m.exec(status)?.[1] ?? 0);
}

const textOf = (events: string, stream: string) =>
  events
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line) as { stream: string; text: string })
    .filter((event) => event.stream === stream)
    .map((event) => event.text)
    .join("");

describe("the logs of a step", () => {
  it("are followed, all four, while it runs and to their ends", async () => {
    await startWorkerProcess(database.url);
    const quiet = await start(
      "while [ ! -e go ]; do sleep 0.02; done; echo said; echo 7 > $PHASEBOARD_OUTPUT",
    );
    const logs = LOG_FILE_TYPES.map((type) => ({ type, ...quiet.follow(type) }));
    const [input] = logs;
    // It says nothing, and what it got is there to be read.
    await expect.poll(() => input?.followed.text).toContain('"id": "write"');
    expect(logs.some((log) => log.followed.done)).toBe(false);
    await writeFile(join(quiet.path, "go"), "");
    await Promise.all(logs.map((log) => log.reading));
    for (const { type, followed } of logs) {
      expect(followed).toEqual({ text: await quiet.file(type), done: true });
    }
    expect(logs.find((log) => log.type === "output")?.followed.text).toBe("7\n");
    expect(logs.find((log) => log.type === "summary")?.followed.text).toContain("- Status: completed");
    expect(textOf(await quiet.file("events"), "stdout")).toBe("said\n");
  });

  it("come whole where a line is longer than one reading, whatever its characters", async () => {
    await startWorkerProcess(database.url);
    const written = await start(
      `{ printf '"a'; head -c 900000 /dev/zero | sed 's/\\x00/€/g' | head -c 900000; printf '"'; } > $PHASEBOARD_OUTPUT`,
    );
    await untilRun(database.db, written.id, "completed");
    const { followed, reading } = written.follow("output");
    await reading;
    expect(followed.text).toBe(await written.file("output"));
    expect(JSON.parse(followed.text)).toMatch(/^a€{300000}$/);
  });

  it("keep what programs for terminals write, as it is", async () => {
    await startWorkerProcess(database.url);
    const bars = `i=0; while [ $i -lt 2000 ]; do printf '\\r\\033[2K\\033[32m%s%%\\033[0m' $i; i=$((i + 1)); done`;
    const codes = `printf '\\033]0;title\\007\\033[?1049h\\b\\f\\v\\000\\342\\200\\250end'`;
    const { id, file } = await start(`${bars}; ${codes}`);
    await untilRun(database.db, id, "completed");
    const text = textOf(await file("events"), "stdout");
    const expected = Array.from({ length: 2000 }, (_, n) => `\r\x1b[2K\x1b[32m${n}%\x1b[0m`).join("");
    expect(text).toBe(`${expected}\x1b]0;title\x07\x1b[?1049h\b\f\v\0\u2028end`);
  });

  it("stay within their limit at 1 GB, and the worker within its memory", async () => {
    const worker = await startWorkerProcess(database.url);
    const before = await peakOf(worker.pid);
    const flood = `yes 'some forty bytes of a line, more or less' | head -c 600000000
      head -c 400000000 /dev/zero; echo; echo the end`;
    const { id, follow, file } = await start(flood, { timeout_ms: 240_000 });
    const { followed, reading } = follow("events");
    await untilRun(database.db, id, "completed", 240_000);
    await reading;
    const events = await file("events");
    expect(followed.text === events).toBe(true);
    const text = textOf(events, "stdout");
    expect(text.length).toBeLessThanOrEqual(16 * 1024 * 1024 + 64 * 1024);
    expect(text.endsWith("\0\nthe end\n")).toBe(true);
    expect(textOf(events, "system")).toMatch(/its limit[\s\S]*bytes were dropped here/);
    expect((await peakOf(worker.pid)) - before).toBeLessThan(200 * 1024);
  }, 300_000);

  it("are followed from an object store too, once they are files there", async () => {
    const store = await startObjectStore();
    let isStopped = false;
    for (const [name, value] of Object.entries(store.env)) vi.stubEnv(name, value);
    try {
      await startWorkerProcess(database.url, store.env);
      const written = await start(
        "seq 1 60000; echo 1 > $PHASEBOARD_OUTPUT; echo x > $PHASEBOARD_ARTIFACTS/made",
      );
      const live = written.follow("events");
      await untilRun(database.db, written.id, "completed");
      await live.reading;
      const numbers = `${Array.from({ length: 60_000 }, (_, n) => n + 1).join("\n")}\n`;
      expect(textOf(live.followed.text, "stdout")).toBe(numbers);
      await expect(written.file("events")).rejects.toMatchObject({ code: "ENOENT" });
      for (const type of LOG_FILE_TYPES) {
        const sealed = written.follow(type);
        await sealed.reading;
        expect(sealed.followed.done).toBe(true);
        if (type === "events") expect(sealed.followed.text === live.followed.text).toBe(true);
        else expect(sealed.followed.text).not.toBe("");
      }
      const [made] = await artifactsOf(written.id);
      const kept = await openStorage(written.project).open(made?.file_path ?? "");
      expect(await text(kept?.stream ?? Readable.from([]))).toBe("x\n");

      // Nothing can be kept any more: the step ends as it would, its log stays where it is.
      const late = await start(
        "echo x > made; echo x > $PHASEBOARD_ARTIFACTS/made; while [ ! -e go ]; do sleep 0.02; done",
      );
      await expect.poll(() => readFile(join(late.path, "made"), "utf8")).toBe("x\n");
      await store.stop();
      isStopped = true;
      await writeFile(join(late.path, "go"), "");
      await untilRun(database.db, late.id, "completed");
      expect(await artifactsOf(late.id)).toEqual([]);
      await expect(fileLogs(database.db, late.id)).rejects.toThrow("are no files yet");
      const { rows } = await database.db.execute<{ text: string }>(sql`
        select convert_from(string_agg(c.bytes, '' order by c."offset"), 'UTF8') as text
        from workflow_log_chunks c join workflow_run_step_attempts a on a.id = c.attempt_id
        join workflow_run_steps s on s.id = a.workflow_run_step_id
        where s.workflow_run_id = ${late.id} and c.type = 'events'`);
      expect(rows[0]?.text).toContain("The artifact made was not kept");
    } finally {
      vi.unstubAllEnvs();
      if (!isStopped) await store.stop();
    }
  });
});
