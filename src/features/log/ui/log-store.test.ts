import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { LogStore } from "./log-store";

type Client = ConstructorParameters<typeof LogStore>[0];

interface Handlers {
  onData(piece: { attempt: number; text: string; next_offset: number; done: boolean }): void;
  onError(error: unknown): void;
  onComplete(): void;
}

/** A log of `total` lines so far, that is followed from byte 100 on. */
function server({ total = 0, complete = false } = {}) {
  const offsets: number[] = [];
  const windows: [number | undefined, number][] = [];
  let open: Handlers | null = null;
  const client = {
    steps: {
      logWindow: {
        query: async ({ line, lines, attempt }: { line?: number; lines: number; attempt: number }) => {
          if (attempt === 9) throw { message: "The step has no attempt 9.", data: { code: "NOT_FOUND" } };
          windows.push([line, lines]);
          const first = line ?? Math.max(1, total - lines + 1);
          const last = Math.min(total, first + lines - 1);
          return {
            first_line: first,
            total_lines: total,
            lines: Array.from({ length: last - first + 1 }, (_, at) => ({
              ...{ n: first + at, t: "", stream: "stdout", text: `line ${first + at}`, level: null },
            })),
            complete,
            next_offset: 100,
            next_place: JSON.stringify({ lines: total, open: [], carried: {}, agent: null }),
            groups: [],
          };
        },
      },
      logs: {
        subscribe: ({ offset }: { offset: number }, handlers: Handlers) => {
          offsets.push(offset);
          open = handlers;
          return {
            unsubscribe: () => {
              if (open === handlers) open = null;
            },
          };
        },
      },
    },
  };
  return { client: client as unknown as Client, offsets, windows, open: () => open };
}

const textOf = (store: LogStore, ...numbers: number[]) => numbers.map((number) => store.line(number)?.text);

const line = (text: string) =>
  `${JSON.stringify({ t: "2026-01-01T00:00:00Z", stream: "stdout", text: `${text}\n` })}\n`;
const page = { visibilityState: "visible", addEventListener: vi.fn(), removeEventListener: vi.fn() };

describe("LogStore", () => {
  beforeEach(() => {
    vi.useFakeTimers();
    vi.stubGlobal("document", page);
    vi.stubGlobal("window", { addEventListener: vi.fn(), removeEventListener: vi.fn() });
    vi.stubGlobal("requestAnimationFrame", (run: () => void) => setTimeout(run, 16));
    vi.stubGlobal("cancelAnimationFrame", clearTimeout);
  });
  afterEach(() => {
    vi.useRealTimers();
    vi.unstubAllGlobals();
    page.visibilityState = "visible";
  });

  it("follows from the end of its first window, goes on after a cut, and ends where the attempt has", async () => {
    const { client, offsets, open } = server({ total: 1_000 });
    const store = new LogStore(client, { id: "step", attempt: 1 });
    const leave = store.subscribe(() => {});
    await vi.advanceTimersByTimeAsync(20);
    expect(store.read()).toMatchObject({ total: 1_000, phase: "following" });
    open()?.onData({ attempt: 1, text: line("one"), next_offset: 160, done: false });
    open()?.onError(new Error("cut"));
    await vi.advanceTimersByTimeAsync(20);
    expect(store.read().phase).toBe("reconnecting");
    await vi.advanceTimersByTimeAsync(2_000);
    open()?.onData({ attempt: 1, text: line("two"), next_offset: 220, done: false });
    open()?.onData({ attempt: 1, text: "", next_offset: 220, done: true });
    await vi.advanceTimersByTimeAsync(2_000);
    expect(offsets).toEqual([100, 160]);
    expect(open()).toBeNull();
    expect(store.read()).toMatchObject({ phase: "done", total: 1_002 });
    expect(textOf(store, 1_000, 1_001, 1_002)).toEqual(["line 1000", "one", "two"]);
    leave();
  });

  it("reads what is looked at and what is around it, keeps some of it, and gives text of any lines", async () => {
    const { client, windows, offsets } = server({ total: 1_000_000, complete: true });
    const store = new LogStore(client, { id: "step", attempt: 1 });
    store.subscribe(() => {});
    await vi.advanceTimersByTimeAsync(20);
    store.want([500_001, 500_040]);
    await vi.advanceTimersByTimeAsync(20);
    expect(store.read()).toMatchObject({ phase: "done", total: 1_000_000 });
    expect(windows).toEqual([
      [undefined, 200],
      [500_001, 200],
      [499_801, 200],
    ]);
    expect(textOf(store, 500_001, 500_200, 3)).toEqual(["line 500001", "line 500200", undefined]);
    for (let at = 0; at < 400; at++) {
      store.want([at * 200 + 1]);
      await vi.advanceTimersByTimeAsync(0);
    }
    expect(textOf(store, 500_001, 79_801)).toEqual([undefined, "line 79801"]);
    const text = await store.text(2_001, 7_000);
    expect(text.split("\n")).toHaveLength(5_000);
    expect(text.endsWith("\nline 7000")).toBe(true);
    expect(offsets).toEqual([]);
  });

  it("goes to the newest end of a log that grows faster than it can be sent", async () => {
    const { client, offsets, windows, open } = server({ total: 1_000 });
    const store = new LogStore(client, { id: "step", attempt: 1 });
    store.subscribe(() => {});
    await vi.advanceTimersByTimeAsync(20);
    const half = JSON.stringify({ t: "2026-01-01T00:00:00Z", stream: "stdout", text: "half" });
    open()?.onData({
      attempt: 1,
      text: `${line("y".repeat(500)).repeat(6_000)}${half}\n`,
      next_offset: 5_000_000,
      done: false,
    });
    expect(open()).toBeNull();
    await vi.advanceTimersByTimeAsync(50);
    expect(store.read()).toMatchObject({ phase: "following", total: 7_001 });
    expect(textOf(store, 7_001)).toEqual([undefined]);
    await vi.advanceTimersByTimeAsync(300);
    expect(windows).toHaveLength(2);
    expect(offsets).toEqual([100, 100]);
    expect(open()).not.toBeNull();
  });

  it("tells its readers once a frame, however much comes", async () => {
    const { client, open } = server();
    const store = new LogStore(client, { id: "step", attempt: 1 });
    const reader = vi.fn();
    store.subscribe(reader);
    await vi.advanceTimersByTimeAsync(20);
    reader.mockClear();
    for (let at = 1; at <= 100; at++)
      open()?.onData({ attempt: 1, text: line(`${at}`), next_offset: 100 + at, done: false });
    await vi.advanceTimersByTimeAsync(20);
    expect(reader).toHaveBeenCalledTimes(1);
    expect(store.read().total).toBe(100);
  });

  it("says why it is refused and tries no more", async () => {
    const { client, offsets } = server();
    const store = new LogStore(client, { id: "step", attempt: 9 });
    store.subscribe(() => {});
    await vi.advanceTimersByTimeAsync(60_000);
    expect(store.read()).toMatchObject({ phase: "refused", message: "The step has no attempt 9." });
    expect(offsets).toEqual([]);
  });

  it("follows nothing for a page that nobody sees", async () => {
    const { client, offsets } = server();
    page.visibilityState = "hidden";
    new LogStore(client, { id: "step", attempt: 1 }).subscribe(() => {});
    await vi.advanceTimersByTimeAsync(20);
    expect(offsets).toEqual([]);
  });
});
