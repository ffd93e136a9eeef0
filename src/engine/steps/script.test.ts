import { mkdir, mkdtemp, readdir, readFile, realpath, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { listTree } from "../../lib/process-tree";
import { attemptOf, openMemoryLog, runFacts } from "../../test/attempts";
import { testBoxes } from "../../test/boxes";
import { scriptStep } from "../../test/compiled";
import type { ScriptStep } from "../definition/types";
import { NO_MASK } from "../logs/mask/mask";
import { ClaimLost, type RecordedResult, type StepResult } from "../run/ports";
import { createScriptRunner } from "./script";

let path: string;
let scratch: string;
let boxOf: Awaited<ReturnType<typeof testBoxes>>;
beforeEach(async () => {
  path = await realpath(await mkdtemp(join(tmpdir(), "phaseboard-script-")));
  scratch = await realpath(await mkdtemp(join(tmpdir(), "phaseboard-scratch-")));
  boxOf = await testBoxes(tmpdir());
});
afterEach(async () => {
  for (const folder of [path, scratch]) await rm(folder, { recursive: true, force: true });
});

const QUICK = { grace_ms: 300, pipe_grace_ms: 200, handover_grace_ms: 100 };

/** Starts a script for real; its result, its log, and a way to stop it. */
async function start(run: string, given: Partial<ScriptStep> = {}, options = {}) {
  const facts = runFacts(path, [], { channel: "beta" });
  const attempt = attemptOf(facts, scriptStep("build", run, given), { number: 2 });
  const { log, sink } = await openMemoryLog(attempt);
  const controller = new AbortController();
  const runner = createScriptRunner({ process_key: "test", scratch, boxOf, ...QUICK, ...options });
  const result = runner({
    ...attempt,
    log,
    secrets: {},
    mask: NO_MASK,
    signal: controller.signal,
    started: () => {},
    confirm: async () => {},
  });
  return { result, log, sink, controller, run_id: facts.id };
}

async function finish(run: string, given: Partial<ScriptStep> = {}) {
  const started = await start(run, given);
  const result = await started.result;
  await started.log.end(recorded(result));
  return { ...started, result: recorded(result) };
}

function recorded(result: StepResult): RecordedResult {
  if (result.status === "stopped") throw new Error("the step was stopped");
  return result;
}

/** Waits until so many processes have said in the file that they began. In a box their ids are others. */
async function untilBegun(file: string, count: number): Promise<void> {
  const read = () =>
    readFile(join(path, file), "utf8").then(
      (text) => text.split("\n").filter(Boolean).length,
      () => 0,
    );
  await expect.poll(read).toBeGreaterThanOrEqual(count);
}

const processesOf = (run_id: string) => listTree({ marked: (value) => value.includes(run_id) });
const untilGone = (run_id: string) => expect.poll(() => processesOf(run_id)).toEqual([]);

describe("a script's result", () => {
  it("names the command that is not there", async () => {
    const { result } = await finish("no-such-command-of-ours --now");
    expect(result).toMatchObject({
      exit_code: 127,
      error_message: expect.stringContaining('the command "no-such-command-of-ours" was not found'),
    });
  });

  it("has its output, exit code and what it wrote", async () => {
    const { result, sink } = await finish(
      `echo out; echo err >&2; echo '{"version":"1.2"}' > $PHASEBOARD_OUTPUT`,
    );
    expect(result).toEqual({ status: "completed", output: { version: "1.2" }, exit_code: 0, signal: null });
    expect(sink.textOf("stdout")).toBe("out\n");
    expect(sink.textOf("stderr")).toBe("err\n");
    expect(JSON.parse(sink.file("output.json"))).toEqual({ version: "1.2" });
  });

  it("has its output behind a byte order mark too", async () => {
    const { result } = await finish(`printf '\\357\\273\\277{"a":1}' > $PHASEBOARD_OUTPUT`);
    expect(result).toMatchObject({ status: "completed", output: { a: 1 } });
  });

  it("has what is written to /dev/stderr and /dev/fd, and what came first, first", async () => {
    const { sink } = await finish(
      "echo warn > /dev/stderr; echo both | tee /dev/fd/2; sleep 0.4; printf 'checking '; sleep 0.2; echo slow >&2; sleep 0.2; echo done",
    );
    expect(sink.textOf("stderr")).toBe("warn\nboth\nslow\n");
    const said = sink.events.filter(({ stream }) => stream !== "system").map(({ text }) => text);
    expect(said.join("")).toMatch(/checking slow\ndone\n$/);
  });

  it("names the exit code, and stops at the first command that fails", async () => {
    const { result, sink } = await finish("echo before; sh -c 'exit 7'\necho after");
    expect(result).toMatchObject({ status: "failed", error_message: "Exited with code 7", exit_code: 7 });
    expect(sink.textOf("stdout")).toBe("before\n");
  });

  it("names the signal", async () => {
    const { result } = await finish("kill -KILL $$");
    // A box ends with what a shell would say.
    expect(result).toMatchObject({
      error_message: expect.stringMatching(/^(Ended by SIGKILL|Exited with code 137 \(SIGKILL\))$/),
    });
  });

  it.each([
    ["", null],
    [": > $PHASEBOARD_OUTPUT", null],
    ["printf '[1, \"ü\"]' > $PHASEBOARD_OUTPUT", [1, "ü"]],
  ])("takes %j as the output %j", async (run, output) => {
    expect((await finish(run)).result).toMatchObject({ status: "completed", output });
  });

  it.each([
    ["echo '{broken' > $PHASEBOARD_OUTPUT", /not valid JSON: .*Write one value, for example: echo/],
    ["echo version=1.2 > $PHASEBOARD_OUTPUT", /lines of name=value; write one JSON value/],
    ["ln -s /etc/hostname $PHASEBOARD_OUTPUT", /is a link; write JSON into the file itself/],
    ["ln -s nowhere $PHASEBOARD_OUTPUT", /is a link; write JSON/],
    ["mkdir $PHASEBOARD_OUTPUT", /is a folder; write JSON/],
    [`head -c 1048577 /dev/zero | tr '\\0' 1 > $PHASEBOARD_OUTPUT`, /larger than 1 MiB/],
    [`printf '"\\\\u0000"' > $PHASEBOARD_OUTPUT`, /holds a character/],
    [`printf '"\\\\ud800"' > $PHASEBOARD_OUTPUT`, /holds a character/],
    [
      `printf '[%.0s' $(seq 300) > $PHASEBOARD_OUTPUT; printf ']%.0s' $(seq 300) >> $PHASEBOARD_OUTPUT`,
      /deeper/,
    ],
    ["mkfifo $PHASEBOARD_OUTPUT", /no regular file/],
    [`printf '{"a":"\\344"}' > $PHASEBOARD_OUTPUT`, /is not UTF-8/],
  ])("fails clearly on %j", async (run, message) => {
    const { result } = await finish(run);
    expect(result).toMatchObject({ status: "failed", error_message: expect.stringMatching(message) });
  });

  it("times out with all that it started", async () => {
    const { result, run_id } = await finish("sleep 60 & echo $! > pids; trap '' TERM; wait; sleep 60", {
      timeout_ms: 300,
    });
    expect(result).toMatchObject({ status: "failed", error_message: "Timed out after 300 ms" });
    await untilBegun("pids", 1);
    await untilGone(run_id);
  });

  it("is a failure where the command cannot be started", async () => {
    expect((await finish("true", { env: { BAD: "a\0b" } })).result).toMatchObject({
      status: "failed",
      error_message: expect.stringContaining("could not be started"),
    });
  });
});

describe("what runs a script", () => {
  it("is sh, or bash that stops in a pipe, or a program with its arguments, or what its first line names", async () => {
    const said = async (run: string, given: Partial<ScriptStep> = {}) => {
      const { result, sink } = await finish(run, given);
      return [result.status, sink.textOf("stdout")];
    };
    expect(await said("false | cat; echo on; false; echo off")).toEqual(["failed", "on\n"]);
    expect(await said("set -o; false | cat; echo off", { shell: "bash" })).toEqual([
      "failed",
      expect.stringMatching(/pipefail\s+on/),
    ]);
    const node = "console.log(typeof require, process.argv.length, process.cwd() === process.env.PWD)";
    expect(await said(node, { shell: "node --no-warnings" })).toEqual([
      "completed",
      expect.stringMatching(/^function 2/),
    ]);
    expect(await said("echo $1", { shell: "sh -c 'nothing' {0}" })).toEqual(["failed", ""]);
    expect(
      await said("#!/usr/bin/env -S node --no-warnings\nconsole.log(1n + 1n)", { shell: "bash" }),
    ).toEqual(["completed", "2n\n"]);
    expect(await said("#! /bin/bash\nfalse | true; false; echo [[ $0 == */* ]] $BASH")).toEqual([
      "completed",
      expect.stringMatching(/bash\n$/),
    ]);
  });

  it("is named where it is missing", async () => {
    const { result } = await finish("true", { shell: "fish9 -x" });
    expect(result).toMatchObject({
      status: "failed",
      error_message: expect.stringMatching(/^Its shell is fish9, which is not on the PATH \(\//),
    });
    const named = await finish("#!/usr/bin/python9\nprint(1)");
    expect(named.result).toMatchObject({
      error_message: "Its first line names /usr/bin/python9, which is not there or may not be run",
    });
  });
});

describe("what is large", () => {
  it.each([undefined, "bash"])("is run, however many bytes its characters have (shell %s)", async (shell) => {
    const run = `: '${"日本語の説明".repeat(8_000)}'\necho ran; false; echo on`;
    const { result, sink } = await finish(run, shell ? { shell } : {});
    expect(result).toMatchObject({ error_message: "Exited with code 1" });
    expect(sink.textOf("stdout")).toBe("ran\n");
  });

  it("is named with its size and the way out, alone and together", async () => {
    const one = await finish("true", { env: { BODY: "é".repeat(75_000), SMALL: "x" } });
    expect(one.result).toMatchObject({
      status: "failed",
      error_message: expect.stringMatching(
        /^The command could not be started: the variable BODY has 147 KiB, .* 128 KiB in one.*\$PHASEBOARD_ARGS/,
      ),
    });
    const many = Object.fromEntries(Array.from({ length: 150 }, (_, n) => [`V${n}`, "x".repeat(50_000)]));
    const all = await finish("true", { env: many });
    expect(all.result).toMatchObject({
      error_message: expect.stringMatching(/variables have 7\d\d\d KiB together.*V\d+ with 49 KiB.*file/),
    });
  });
});

describe("where a script runs and what it is told", () => {
  it("has the environment of the contract and nothing else of the server's", async () => {
    process.env.SERVER_SECRET = "hidden";
    const { sink, run_id } = await finish("env", { env: { CI: "1", PHASEBOARD_RUN_ID: "forged" } });
    delete process.env.SERVER_SECRET;
    const env = Object.fromEntries(
      sink
        .textOf("stdout")
        .split("\n")
        .filter(Boolean)
        .map((line) => line.split(/=(.*)/s).slice(0, 2)),
    );
    for (const name of ["PWD", "OLDPWD", "SHLVL", "_", "PHASEBOARD_MARK", "HOME", "LANG", "TZ", "PATH"])
      delete env[name];
    const own = join(scratch, run_id);
    expect(env).toEqual({
      CI: "1",
      PHASEBOARD_RUN_ID: run_id,
      PHASEBOARD_STEP_ID: "build",
      PHASEBOARD_ATTEMPT: "2",
      PHASEBOARD_IDEMPOTENCY_KEY: `${run_id}:build:2`,
      PHASEBOARD_OUTPUT: join(own, "build-2-1/output.json"),
      PHASEBOARD_ARGS: join(own, "args.json"),
      PHASEBOARD_ARTIFACTS: join(own, "build-2-1/artifacts"),
    });
  });

  it("reads its args from a file, and leaves its artifacts to who keeps them", async () => {
    const { sink, run_id } = await finish(
      "cat $PHASEBOARD_ARGS; echo 1 > $PHASEBOARD_OUTPUT; echo kept > $PHASEBOARD_ARTIFACTS/file",
    );
    expect(JSON.parse(sink.textOf("stdout"))).toEqual({ channel: "beta" });
    const own = join(scratch, run_id);
    expect(await readFile(join(own, "build-2-1/artifacts/file"), "utf8")).toBe("kept\n");
    expect(await readdir(own)).toEqual(["args.json", "build-2-1"]);
  });

  it("gets the secrets it names as variables", async () => {
    const facts = runFacts(path);
    const attempt = attemptOf(facts, scriptStep("build", `printf '%s' "$TOKEN"`));
    const { log, sink } = await openMemoryLog(attempt);
    const runner = createScriptRunner({ process_key: "test", scratch, boxOf, ...QUICK });
    const given = {
      ...attempt,
      log,
      signal: new AbortController().signal,
      started: () => {},
      confirm: async () => {},
    };
    const result = await runner({ ...given, mask: NO_MASK, secrets: { TOKEN: "a b$c" } });
    await log.end(recorded(result));
    expect(sink.textOf("stdout")).toBe("a b$c");
  });

  it("makes nothing where its run is another's by now", async () => {
    const attempt = attemptOf(runFacts(path), scriptStep("build", "touch begun"));
    const { log } = await openMemoryLog(attempt);
    const runner = createScriptRunner({ process_key: "test", scratch, boxOf, ...QUICK });
    const confirm = async () => {
      throw new ClaimLost("another has it");
    };
    const facts = { secrets: {}, mask: NO_MASK, signal: new AbortController().signal, started: () => {} };
    await expect(runner({ ...attempt, ...facts, log, confirm })).rejects.toThrow(ClaimLost);
    expect(await readdir(path)).toEqual([]);
  });

  it("runs in its working directory", async () => {
    await mkdir(join(path, "packages/app"), { recursive: true });
    const { sink } = await finish("pwd", { working_directory: "packages/app" });
    expect(sink.textOf("stdout")).toBe(`${path}/packages/app\n`);
  });

  it("refuses a working directory that is not there, no folder, or outside", async () => {
    await symlink("/etc", join(path, "link"));
    await writeFile(join(path, "file"), "");
    const reason = async (working_directory: string) => {
      const { result } = await finish("true", { working_directory });
      return result.status === "failed" ? result.error_message : null;
    };
    expect(await reason("missing")).toBe("The working directory missing is not there");
    expect(await reason("file")).toBe("The working directory file is no folder");
    expect(await reason("../..")).toBe("The working directory ../.. is outside the project");
    expect(await reason("/etc")).toBe("The working directory /etc is outside the project");
    expect(await reason("link")).toBe("The working directory link is a link that leads out of the project");
  });

  it("fails where the project's folder is gone, and does not make it anew", async () => {
    await rm(path, { recursive: true });
    expect((await finish("true")).result).toMatchObject({
      error_message: expect.stringContaining("is not there"),
    });
    await expect(readFile(path)).rejects.toMatchObject({ code: "ENOENT" });
  });
});

describe("a script's processes", () => {
  it("end with it, also what called setsid, forked twice and holds the pipe", async () => {
    const daemon = `trap "" TERM HUP; echo $$ >> pids; sleep 60`;
    const { result, sink, run_id } =
      await finish(`(setsid sh -c '(${daemon}) & sh -c "echo \\$\\$ >> pids; sleep 60" &' &)
      while [ ! -s pids ]; do sleep 0.02; done; echo done`);
    expect(result.status).toBe("completed");
    expect(sink.textOf("stdout")).toBe("done\n");
    expect(sink.textOf("system")).toMatch(/Ended what the step had left running/);
    await untilBegun("pids", 1);
    await untilGone(run_id);
  });

  it("end on cancel: a tree that ignores SIGTERM, with a grandchild in a session of its own", async () => {
    const started = await start(`trap '' TERM; echo $$ >> pids
      setsid sh -c 'trap "" TERM; echo $$ >> pids; while :; do sleep 1; done' &
      while :; do sleep 1; done`);
    await untilBegun("pids", 2);
    expect(processesOf(started.run_id).length).toBeGreaterThanOrEqual(2);
    const asked = Date.now();
    started.controller.abort("cancelled");
    expect(await started.result).toEqual({ status: "stopped" });
    expect(Date.now() - asked).toBeGreaterThanOrEqual(300);
    expect(processesOf(started.run_id)).toEqual([]);
  });

  it("get SIGTERM first, and time to tidy up", async () => {
    const started = await start(
      "trap 'echo tidy > tidied; exit 0' TERM; echo $$ > pids; while :; do sleep 0.05 || :; done",
    );
    await untilBegun("pids", 1);
    started.controller.abort("cancelled");
    expect(await started.result).toEqual({ status: "stopped" });
    expect(await readFile(join(path, "tidied"), "utf8")).toBe("tidy\n");
  });

  it("are killed at once where the claim was lost", async () => {
    const started = await start(
      "trap '' TERM; echo $$ > pids; while :; do sleep 1; done",
      {},
      { grace_ms: 10_000 },
    );
    await untilBegun("pids", 1);
    started.controller.abort("lost");
    expect(await started.result).toEqual({ status: "stopped" });
    expect(processesOf(started.run_id)).toEqual([]);
  });

  it("do not start where the step is stopped already", async () => {
    const facts = attemptOf(runFacts(path), scriptStep("build", "echo ran > ran"));
    const { log } = await openMemoryLog(facts);
    const runner = createScriptRunner({ process_key: "test", scratch, boxOf });
    expect(
      await runner({
        ...facts,
        log,
        secrets: {},
        mask: NO_MASK,
        signal: AbortSignal.abort("cancelled"),
        started: () => {},
        confirm: async () => {},
      }),
    ).toEqual({
      status: "stopped",
    });
    await expect(readFile(join(path, "ran"))).rejects.toMatchObject({ code: "ENOENT" });
  });
});

describe("a script's output", () => {
  it("stays within its limit and flat in memory at 200 MB, with its end kept", async () => {
    const before = process.memoryUsage().rss;
    let peak = before;
    const sampler = setInterval(() => {
      peak = Math.max(peak, process.memoryUsage().rss);
    }, 20);
    const { result, sink } = await finish(
      "yes 'a line of some forty bytes, more or less' | head -c 200000000; echo; echo the end",
    );
    clearInterval(sampler);
    expect(result.status).toBe("completed");
    const text = sink.textOf("stdout");
    expect(text.length).toBeLessThanOrEqual(16 * 1024 * 1024 + 64 * 1024);
    expect(text.endsWith("the end\n")).toBe(true);
    expect(sink.textOf("system")).toMatch(/bytes were dropped here/);
    // The sink keeps two copies of the log (some 40 MB each); what is ours comes on top.
    expect(peak - before).toBeLessThan(300 * 1024 * 1024);
  });

  it("takes a line of 100 MB, NUL, broken UTF-8 and a last line without its end", async () => {
    const { result, sink } = await finish(
      `head -c 100000000 /dev/zero | tr '\\0' x; printf '\\n\\000\\377 caf\\303\\251 \\360\\237'; printf end`,
    );
    expect(result.status).toBe("completed");
    expect(sink.textOf("stdout").endsWith("\n\0\uFFFD café \uFFFDend")).toBe(true);
    expect(Math.max(...sink.events.map((event) => event.text.length))).toBeLessThanOrEqual(16 * 1024);
  });
});
