import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { FileThread } from "./write-files";

/** Answers like the real one, with the number of orders that came together; `end` ends it. */
const PROGRAM = `import { parentPort } from "node:worker_threads";
parentPort.on("message", (orders) => {
  if (orders.some(({ key }) => key === "end")) process.exit(1);
  if (orders.some(({ key }) => key === "throw")) throw new Error("broken");
  parentPort.postMessage(orders.map(({ key }) => (key === "fail" ? "failed among " + orders.length : null)));
});`;

let folder: string;
let thread: FileThread;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "phaseboard-thread-"));
  await writeFile(join(folder, "program.mjs"), PROGRAM);
  thread = new FileThread(join(folder, "program.mjs"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const write = (key: string) => thread.write({ root: folder, key, files: {}, lasting: false });

it("has what need not last wait for more, and what is to last take it along", async () => {
  const soon = [write("good"), write("good"), write("fail")];
  const last = thread.write({ root: folder, key: "good", files: {}, lasting: true });
  await expect(soon[2]).rejects.toThrow("failed among 4");
  await Promise.all([soon[0], soon[1], last]);
  await expect(write("fail")).rejects.toThrow("failed among 1");
});

it("sends what comes while the thread is at work together, and answers each by itself", async () => {
  const first = write("good");
  thread.hurry();
  const others = [write("good"), write("fail"), write("good")];
  await first;
  expect((await Promise.allSettled(others)).map(({ status }) => status)).toEqual([
    "fulfilled",
    "rejected",
    "fulfilled",
  ]);
  await expect(others[1]).rejects.toThrow("failed among 3");
});

it.each([
  ["end", "has ended"],
  ["throw", "broken"],
])("after a thread whose work was to %s, starts another for what waits", async (key, message) => {
  const dying = write(key);
  thread.hurry();
  const next = write("good");
  await expect(dying).rejects.toThrow(message);
  await next;
  await write("good");
});

it("says why where the thread cannot be started, each time", async () => {
  thread = new FileThread(join(folder, "nothing.mjs"));
  await expect(write("good")).rejects.toThrow("nothing.mjs");
  await expect(write("good")).rejects.toThrow("nothing.mjs");
});

it("is waited for as a run ends where few wait, whatever comes behind them", async () => {
  const done: string[] = [];
  const note = (name: string) => () => void done.push(name);
  void write("good").then(note("first"));
  void write("fail").catch(note("second"));
  const settled = thread.settle().then(note("settled"));
  void write("good").then(note("third"));
  await settled;
  expect(done).toEqual(["first", "second", "settled"]);
  const many = Array.from({ length: 20 }, () => write("good").then(note("one of many")));
  await thread.settle();
  expect(done).not.toContain("one of many");
  await Promise.all(many);
});
