import { describe, expect, it, vi } from "vitest";
import { attemptOf, openMemoryLog, runFacts } from "../../test/attempts";
import { scriptStep } from "../../test/compiled";
import { MemoryLogs } from "../../test/memory-logs";
import { ClaimLost, type RecordedResult } from "../run/ports";
import { LineSplitter, PIECE_LENGTH } from "./line-splitter";
import { LOG_MODES } from "./log-writer";

const attempt = attemptOf(runFacts("/project"), scriptStep("build", "npm run build", { name: "Build" }));
const done: RecordedResult = { status: "completed", output: { n: 1 }, exit_code: 0, signal: null };
const LIMITS = { bytes: 16 * 1024 * 1024, tail: 256 * 1024, flush_ms: 20 };

describe("LineSplitter", () => {
  it("keeps line ends, and a line that has not ended until more comes", () => {
    const lines = new LineSplitter();
    expect(lines.push(Buffer.from("a\nb\r\nc"))).toEqual(["a\n", "b\r\n"]);
    expect(lines.push(Buffer.from("d\n"))).toEqual(["cd\n"]);
    expect(lines.end()).toEqual([]);
  });

  it("splits no character between reads or pieces", () => {
    const lines = new LineSplitter();
    const bytes = Buffer.from("€😀");
    const out = [...bytes].flatMap((byte) => lines.push(Buffer.from([byte])));
    expect([...out, ...lines.end()].join("")).toBe("€😀");
    const long = new LineSplitter().push(Buffer.from(`${"x".repeat(PIECE_LENGTH - 1)}😀\n`));
    expect(long).toEqual(["x".repeat(PIECE_LENGTH - 1), "😀\n"]);
  });

  it("lets half a character out as U+FFFD at the end", () => {
    const lines = new LineSplitter();
    expect(lines.push(Buffer.from([0x61, 0xf0, 0x9f]))).toEqual([]);
    expect(lines.end()).toEqual(["a\uFFFD"]);
  });
});

describe("a step's log", () => {
  it("keeps what an agent tells, and of too much of it the newest", async () => {
    const { log, sink } = await openMemoryLog(attempt, { ...LIMITS, bytes: 12_000, tail: 4_000 });
    const tell = (n: number) => log.update({ sessionUpdate: "plan", entries: [], n, pad: "x".repeat(900) });
    for (let n = 0; n < 30; n++) tell(n);
    await expect.poll(() => sink.progressed.join("")).toContain("plan:");
    await log.end(done);
    const kept = sink.events.map(({ stream, text, update }) => (stream === "agent" ? update?.n : text));
    expect(kept.slice(0, 7)).toEqual([0, 1, 2, 3, 4, 5, 6]);
    expect(kept[7]).toMatch(/which is its limit/);
    expect(kept[8]).toBe("20 messages of the agent were dropped here.\n");
    expect(kept.slice(9)).toEqual([27, 28, 29]);
  });

  it("of an attempt that has no row yet is told of once it has one, and waits for nobody where it ends sooner", async () => {
    let record = () => {};
    const recorded = new Promise<void>((resolve) => {
      record = resolve;
    });
    const quick = await openMemoryLog({ ...attempt, recorded }, LIMITS);
    quick.log.write("stdout", Buffer.from("one\n"));
    await new Promise((resolve) => setTimeout(resolve, 50));
    await quick.log.end(done);
    const slow = await openMemoryLog({ ...attempt, recorded }, LIMITS);
    slow.log.write("stdout", Buffer.from("one\n"));
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect([quick.sent(), quick.sink.progressed]).toEqual([0, []]);
    expect([slow.sent(), slow.sink.progressed]).toEqual([0, []]);
    record();
    await expect.poll(() => String(slow.sink.live("events"))).toContain("one");
    expect(slow.sink.progressed.join("")).toContain("one");
    expect([quick.sent(), quick.sink.progressed]).toEqual([0, []]);
  });

  it("is live in chunks, and whole with what is left in the end", async () => {
    const { log, sink } = await openMemoryLog(attempt, LIMITS);
    log.write("stdout", Buffer.from("one\n"));
    await expect.poll(() => String(sink.live("events"))).toContain("one");
    log.write("stderr", Buffer.from("two"));
    await expect.poll(() => String(sink.live("events"))).toContain("two"); // a line that waits
    log.write("stderr", Buffer.from(" three\n"));
    await log.end(done);
    expect(sink.events.map(({ stream, text }) => [stream, text])).toEqual([
      ["stdout", "one\n"],
      ["stderr", "two"],
      ["stderr", " three\n"],
    ]);
    expect(JSON.parse(sink.file("input.json"))).toMatchObject({ id: "build", run: "npm run build" });
    expect(JSON.parse(sink.live("input").toString())).toMatchObject({ id: "build" });
    expect(sink.file("summary.md")).toMatch(
      /^# Build\n\n(- .*\n)+\n## Output\n\n```json\n\{\n {2}"n": 1\n\}\n```\n$/,
    );
    expect(sink.progressed.length).toBeGreaterThan(0);
  });

  it("never touches the database where the step is over at once", async () => {
    const { log, sink, sent } = await openMemoryLog(attempt, { ...LIMITS, flush_ms: 60_000 });
    log.write("stdout", Buffer.from("quick\n"));
    await log.end(done);
    expect(sent()).toBe(0);
    expect(sink.textOf("stdout")).toBe("quick\n");
  });

  it("goes on behind what an interrupted attempt has written", async () => {
    const sink = new MemoryLogs();
    const first = await openMemoryLog(attempt, LIMITS, sink);
    first.log.write("stdout", Buffer.from("before\n"));
    await first.log.leave();
    const { log } = await openMemoryLog({ ...attempt, resumed: true }, LIMITS, sink);
    log.system("again");
    log.write("stdout", Buffer.from("after\n"));
    await log.end(done);
    expect(sink.events.map((event) => event.text)).toEqual(["before\n", "again\n", "after\n"]);
    expect(sink.chunks.filter((chunk) => chunk.type === "input")).toHaveLength(1);
  });

  it("drops the middle past its limit, keeps the end and says so", async () => {
    const { log, sink } = await openMemoryLog(attempt, { bytes: 1024 * 1024, tail: 1_000, flush_ms: 20 });
    const line = `${"x".repeat(99)}\n`;
    for (let written = 0; written < 3 * 1024 * 1024; written += line.length) {
      await log.write("stdout", Buffer.from(line));
    }
    log.write("stdout", Buffer.from("the end\n"));
    await log.end(done);
    const text = sink.textOf("stdout");
    expect(text.length).toBeGreaterThan(1024 * 1024 - 1_200);
    expect(text.length).toBeLessThanOrEqual(1024 * 1024 + 100);
    expect(text.endsWith("the end\n")).toBe(true);
    expect(sink.textOf("system")).toMatch(/1 MiB, which is its limit[\s\S]*\d+ bytes were dropped here/);
  });

  it("drops nothing of what just fits, nor breaks a character at the seam", async () => {
    const { log, sink } = await openMemoryLog(attempt, { bytes: 2_000, tail: 1_000, flush_ms: 20 });
    const text = `${"é".repeat(999)}\n`;
    const bytes = Buffer.from(`x${text}`).subarray(0, 2_000);
    log.write("stdout", bytes);
    await log.end(done);
    expect(sink.textOf("stdout")).toBe(bytes.toString("utf8"));
    expect(sink.textOf("system")).not.toContain("dropped");
  });

  it("holds the process back while the store takes nothing", async () => {
    const sink = new MemoryLogs();
    let open = () => {};
    sink.gate = new Promise((resolve) => {
      open = resolve;
    });
    const { log } = await openMemoryLog(attempt, LIMITS, sink);
    let room: Promise<void> | undefined;
    let writes = 0;
    while (!room && writes < 1_000) {
      room = log.write("stdout", Buffer.from(`${"y".repeat(16_000)}\n`));
      writes++;
    }
    expect(writes).toBeLessThan(60);
    open();
    await room;
    await log.end(done);
    expect(sink.textOf("stdout").length).toBe(writes * 16_001);
  });

  it("is left within some seconds while the store is away, and what waits is let go", async () => {
    const sink = new MemoryLogs();
    let open = () => {};
    sink.gate = new Promise((resolve) => {
      open = resolve;
    });
    const { log } = await openMemoryLog(attempt, LIMITS, sink);
    log.write("stdout", Buffer.from("one\n"));
    await log.leave();
    open();
    await sink.gate;
    expect(sink.chunks).toEqual([]);
  });

  it("leaves what was not sent to the record of its end, behind what was", async () => {
    const { log, sink } = await openMemoryLog(attempt, LIMITS);
    log.write("stdout", Buffer.from("sent\n"));
    await expect.poll(() => String(sink.live("events"))).toContain("sent");
    const sent = sink.live("events").byteLength;
    log.write("stdout", Buffer.from("waits\n"));
    const rest = await log.end(done);
    expect(rest.map(({ type, offset }) => [type, offset])).toEqual([
      ["events", sent],
      ["output", 0],
      ["summary", 0],
    ]);
    expect(sink.textOf("stdout")).toBe("sent\nwaits\n");
  });

  it("ends once, and not after it was left", async () => {
    const ended = await openMemoryLog(attempt, LIMITS);
    await ended.log.end(done);
    await expect(ended.log.end(done)).rejects.toThrow(/cannot go from "closed" to "ending"/);
    const left = await openMemoryLog(attempt, LIMITS);
    await left.log.leave();
    await expect(left.log.end(done)).rejects.toThrow(/cannot go from "closed" to "ending"/);
    expect(left.log.write("stdout", Buffer.from("late\n"))).toBeUndefined();
    expect(left.sink.chunks.map(({ type }) => type)).toEqual(["input"]);
  });

  it("takes nothing more once a batch was refused, and its end says why", async () => {
    const { log, sink } = await openMemoryLog(attempt, LIMITS);
    vi.spyOn(sink, "append").mockRejectedValue(new ClaimLost("the run is not ours any more"));
    log.write("stdout", Buffer.from("one\n"));
    await new Promise((resolve) => setTimeout(resolve, 50));
    log.write("stdout", Buffer.from("two\n"));
    await expect(log.end(done)).rejects.toThrow("the run is not ours any more");
    await log.leave();
    expect(sink.chunks).toEqual([]);
    const { open, ending, failed, closed } = LOG_MODES;
    expect([open, ending, failed, closed]).toEqual([["ending", "failed"], ["failed", "closed"], [], []]);
  });

  it("sends first what is too much for that", async () => {
    const { log, sink } = await openMemoryLog(attempt, LIMITS);
    await log.write("stdout", Buffer.from(`${"z".repeat(300_000)}\n`));
    const rest = await log.end(done);
    expect(rest.map(({ type }) => type)).toEqual(["output", "summary"]);
    expect(sink.textOf("stdout")).toHaveLength(300_001);
  });

  it("shows the last lines at most four times a second", async () => {
    const { log, sink } = await openMemoryLog(attempt, LIMITS);
    const begun = Date.now();
    for (let n = 0; Date.now() < begun + 600; n++) {
      log.write("stdout", Buffer.from(`line ${n}\n`));
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    await log.end(done);
    const quarters = Math.ceil((Date.now() - begun) / 250);
    expect(sink.progressed.length).toBeGreaterThanOrEqual(2);
    expect(sink.progressed.length).toBeLessThanOrEqual(quarters + 1);
    expect(sink.progressed.at(-1)).toMatch(/line \d+\n$/);
  });
});
