import { describe, expect, it, vi } from "vitest";
import { UploadFault } from "../../../components/send-form";
import { MAX_ARTIFACT_BYTES } from "../limits";
import type { Artifact } from "../schema";
import type { sendFile } from "./send-file";
import { createUploadQueue } from "./upload-queue";

const to = { run_id: "r", step_id: "unit" };
const file = (name: string, size = 10) => ({ name, size }) as File;

/** An upload function whose uploads finish when the test says so. */
function controlled() {
  const open = new Map<
    string,
    {
      resolve: () => void;
      reject: (error: Error) => void;
      signal: AbortSignal;
      progress: (sent: number) => void;
    }
  >();
  const send = vi.fn<typeof sendFile>(
    ({ file: { name } }, progress, signal) =>
      new Promise((resolve, reject) => {
        open.set(name, { resolve: () => resolve({ id: name } as Artifact), reject, signal, progress });
        signal.addEventListener("abort", () => reject(signal.reason));
      }),
  );
  const at = (name: string) => {
    const upload = open.get(name);
    if (!upload) throw new Error(`${name} was not sent`);
    return upload;
  };
  return { queue: createUploadQueue(send), send, at };
}

const states = (queue: ReturnType<typeof createUploadQueue>) =>
  queue.read().map(({ file: { name }, state }) => `${name} ${state}`);

describe("createUploadQueue", () => {
  it("sends three at a time and the next when one has arrived", async () => {
    const { queue, at } = controlled();
    const arrived: string[] = [];
    queue.add(
      ["a", "b", "c", "d"].map((name) => file(name)),
      to,
      ({ id }) => arrived.push(id),
    );
    expect(states(queue)).toEqual(["a sending", "b sending", "c sending", "d waiting"]);
    at("b").resolve();
    await expect.poll(() => states(queue)).toEqual(["a sending", "c sending", "d sending"]);
    expect(arrived).toEqual(["b"]);
  });

  it("tells how much is sent", () => {
    const { queue, at } = controlled();
    const watcher = vi.fn();
    queue.watch(watcher);
    queue.add([file("a")], to, () => {});
    watcher.mockClear();
    at("a").progress(7);
    expect(queue.read()[0]?.sent).toBe(7);
    expect(watcher).toHaveBeenCalledOnce();
  });

  it("refuses what is too large before a byte of it is sent", () => {
    const { queue, send } = controlled();
    queue.add([file("most", MAX_ARTIFACT_BYTES), file("more", MAX_ARTIFACT_BYTES + 1)], to, () => {});
    expect(states(queue)).toEqual(["most sending", "more failed"]);
    expect(queue.read()[1]).toMatchObject({
      again: false,
      message: expect.stringContaining("at most 100 MB"),
    });
    expect(send).toHaveBeenCalledOnce();
  });

  it("keeps one that failed, says why, and sends it again when asked", async () => {
    const { queue, at } = controlled();
    const arrived: string[] = [];
    queue.add([file("a")], to, ({ id }) => arrived.push(id));
    at("a").reject(new UploadFault("the disk is full", true));
    await expect
      .poll(() => queue.read()[0])
      .toMatchObject({ state: "failed", message: "the disk is full", again: true });
    queue.retry(queue.read()[0]?.key ?? "");
    expect(states(queue)).toEqual(["a sending"]);
    at("a").resolve();
    await expect.poll(() => arrived).toEqual(["a"]);
    expect(queue.read()).toEqual([]);
  });

  it("stops one that is taken away and goes on with the next", async () => {
    const { queue, at } = controlled();
    queue.add(
      ["a", "b", "c", "d"].map((name) => file(name)),
      to,
      () => {},
    );
    queue.remove(queue.read()[0]?.key ?? "");
    expect(at("a").signal.aborted).toBe(true);
    await expect.poll(() => states(queue)).toEqual(["b sending", "c sending", "d sending"]);
  });
});
