import { mkdtemp, realpath, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, expect, it } from "vitest";
import type { CodeChannel, FromHost, RunRequest } from "../engine/code/protocol";
import type { Claim } from "../engine/ports";
import { type Mark, parseMark } from "../engine/steps/mark";
import { newId } from "../lib/ids";
import { isAlive, listTree, MARKER, SPARE } from "../lib/process-tree";
import { waitFor } from "../lib/wait-for";
import { type CodeProcesses, createCodeProcesses } from "./code-processes";

const EPOCH = 3;
/** What a revision holds: what the code sees of its process, and of one that it has left behind. */
const BUNDLE = `const { spawn } = require("node:child_process");
const { defineWorkflow } = require("phaseboard");
const { z } = require("zod");
module.exports = defineWorkflow({
  name: "Looks around", phases: ["work"], args: z.object({ who: z.string() }),
  async run({ args }) {
    const child = spawn("sleep", ["1000"], { stdio: "ignore", detached: true });
    child.unref();
    const around = { cwd: process.cwd(), argv: process.argv.length, env: Object.keys(process.env).sort() };
    return { pid: process.pid, child: child.pid, around, who: args.who };
  },
});`;

interface Seen {
  pid: number;
  child: number;
  around: { cwd: string; argv: number; env: string[] };
  who: string;
}

let key: string;
let folder: string;
let processes: CodeProcesses;
let channels: CodeChannel[];

const find = (test: (mark: Mark) => boolean) =>
  listTree({
    marked: (value) => {
      const mark = parseMark(value);
      return mark?.process_key === key && test(mark);
    },
  }).sort();
const findSpares = () => find((mark) => mark.run_id === SPARE);

beforeEach(async () => {
  key = newId();
  folder = await realpath(await mkdtemp(join(tmpdir(), "phaseboard-code-")));
  channels = [];
});
afterEach(async () => {
  processes.close();
  await Promise.all(channels.map((channel) => channel.close()));
  await rm(folder, { recursive: true });
  expect(await waitFor(() => find(() => true).length === 0, 5_000)).toBe(true);
});

/** Runs the code, and leaves its process as it is. `end`: what it gave, or why there is nothing. */
function run(root = folder) {
  const id = newId();
  const channel = processes.start({ run: { id, project: { path: root } }, epoch: EPOCH } as Claim);
  channels.push(channel);
  const end = new Promise<Seen | string>((resolve) => {
    channel.onExit(resolve);
    channel.onMessage((said) => {
      for (const message of said as FromHost[]) {
        if ("end" in message) resolve(message.ok ? (message.output as Seen) : message.error);
      }
    });
  });
  const request: RunRequest = {
    do: "run",
    bundle: BUNDLE,
    file: join(root, "definition.ts"),
    root,
    args: { who: id },
    run: { id, name: id, number: 1 },
    project: { id: "p", name: "p", slug: "p" },
  };
  channel.send(request);
  return { id, channel, end };
}

async function runToEnd(): Promise<Seen & { id: string; channel: CodeChannel }> {
  const { id, channel, end } = run();
  const seen = await end;
  if (typeof seen === "string") throw new Error(seen);
  expect(seen.who).toBe(id);
  return { ...seen, id, channel };
}

/** The one that is ready for the next run. */
async function spare(): Promise<number> {
  expect(await waitFor(() => findSpares().length === 1, 5_000)).toBe(true);
  return findSpares()[0] ?? 0;
}

it("keeps one process for the next run, which is then that run's alone", async () => {
  processes = createCodeProcesses(key, { pause_ms: 100 });
  await sleep(300);
  // Whoever never runs code has none.
  expect(find(() => true)).toEqual([]);
  const first = await runToEnd();
  const waiting = await spare();
  expect(waiting).not.toBe(first.pid);

  const second = await runToEnd();
  expect(second.pid).toBe(waiting);
  expect(second.around).toEqual(first.around);
  expect(second.around).toMatchObject({ cwd: folder, env: expect.arrayContaining([MARKER]) });
  const itsOwn = (mark: Mark) => mark.run_id === second.id && mark.epoch === EPOCH;
  expect(find(itsOwn)).toEqual([second.pid, second.child].sort());
  expect(await spare()).not.toBe(waiting);

  await second.channel.close();
  expect([second.pid, second.child].filter(isAlive)).toEqual([]);
  expect([first.pid, first.child].filter(isAlive)).toHaveLength(2);
});

it("ends one whose code has come to its end, with what it has started, once others had their turn", async () => {
  processes = createCodeProcesses(key);
  const { pid, child, channel } = await runToEnd();
  channel.retire();
  expect([pid, child].filter(isAlive)).toHaveLength(2);
  expect(await waitFor(() => [pid, child].filter(isAlive).length === 0, 2_000)).toBe(true);
});

it("has it ready as soon as what runs has let go", async () => {
  processes = createCodeProcesses(key, { pause_ms: 60_000 });
  const { channel } = await runToEnd();
  await sleep(100);
  expect(findSpares()).toEqual([]);
  await channel.close();
  await spare();
});

it("says why it cannot run where the project's folder is missing, with a spare as without", async () => {
  processes = createCodeProcesses(key, { pause_ms: 100 });
  const missing = join(folder, "missing");
  expect(await run(missing).end).toMatch(/^could not be started: .*ENOENT/);
  await spare();
  expect(await run(missing).end).toMatch(/^The definition's code could not be started: .*missing .*ENOENT/);
});

it.each([
  ["just now", 0],
  ["a while ago", 300],
])("does without a spare that was killed %s, and has another for the next run", async (_, ms) => {
  processes = createCodeProcesses(key, { pause_ms: 100 });
  await runToEnd();
  const killed = await spare();
  process.kill(killed, "SIGKILL");
  while (isAlive(killed));
  // Just now: not even this process has heard of it.
  if (ms > 0) await sleep(ms);
  expect(findSpares()).toEqual([]);
  expect((await runToEnd()).pid).not.toBe(killed);
  const waiting = await spare();
  expect((await runToEnd()).pid).toBe(waiting);
});

it("ends a spare that nobody has needed for long, and the last one as it is closed", async () => {
  processes = createCodeProcesses(key, { pause_ms: 100, keep_ms: 2_000 });
  // Looked for while the code runs, which may take longer than the spare is kept.
  await Promise.all([runToEnd(), spare()]);
  expect(await waitFor(() => findSpares().length === 0, 10_000)).toBe(true);
  await Promise.all([runToEnd(), spare()]);
  processes.close();
  expect(await waitFor(() => findSpares().length === 0, 10_000)).toBe(true);
  await runToEnd();
  await sleep(300);
  expect(findSpares()).toEqual([]);
});
