import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { LogStore } from "./log-store";

type Client = ConstructorParameters<typeof LogStore>[0];

interface Handlers {
  onData(piece: { attempt: number; text: string; next_offset: number; done: boolean }): void;
  onError(error: unknown): void;
  onComplete(): void;
}

function server() {
  const offsets: number[] = [];
  let open: Handlers | null = null;
  const client = {
    steps: {
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
  return { client: client as unknown as Client, offsets, open: () => open };
}

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

  it("goes on from the next offset after a cut, and ends where the attempt has", async () => {
    const { client, offsets, open } = server();
    const store = new LogStore(client, { id: "step", attempt: 1 });
    const leave = store.subscribe(() => {});
    open()?.onData({ attempt: 1, text: line("one"), next_offset: 60, done: false });
    open()?.onError(new Error("cut"));
    await vi.advanceTimersByTimeAsync(20);
    expect(store.read().phase).toBe("reconnecting");
    await vi.advanceTimersByTimeAsync(2_000);
    open()?.onData({ attempt: 1, text: line("two"), next_offset: 120, done: false });
    open()?.onData({ attempt: 1, text: "", next_offset: 120, done: true });
    await vi.advanceTimersByTimeAsync(2_000);
    expect(offsets).toEqual([0, 60]);
    expect(open()).toBeNull();
    expect(store.read()).toMatchObject({ phase: "done" });
    expect(store.read().lines.map(({ plain }) => plain)).toEqual(["one", "two"]);
    leave();
  });

  it("tells its readers once a frame, however much comes", async () => {
    const { client, open } = server();
    const store = new LogStore(client, { id: "step", attempt: 1 });
    const reader = vi.fn();
    store.subscribe(reader);
    for (let at = 1; at <= 100; at++)
      open()?.onData({ attempt: 1, text: line(`${at}`), next_offset: at, done: false });
    await vi.advanceTimersByTimeAsync(20);
    expect(reader).toHaveBeenCalledTimes(1);
    expect(store.read().lines).toHaveLength(100);
  });

  it("says why it is refused and tries no more", async () => {
    const { client, offsets, open } = server();
    const store = new LogStore(client, { id: "step", attempt: 9 });
    store.subscribe(() => {});
    open()?.onError({ message: "The step has no attempt 9.", data: { code: "NOT_FOUND" } });
    await vi.advanceTimersByTimeAsync(60_000);
    expect(store.read()).toMatchObject({ phase: "refused", message: "The step has no attempt 9." });
    expect(offsets).toEqual([0]);
  });

  it("opens nothing for a page that nobody sees", () => {
    const { client, offsets } = server();
    page.visibilityState = "hidden";
    new LogStore(client, { id: "step", attempt: 1 }).subscribe(() => {});
    expect(offsets).toEqual([]);
  });
});
