import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { deferred } from "../../../lib/deferred";
import {
  decideLater,
  pendingDecision,
  refusalOfDecision,
  saidBefore,
  sendNow,
  UNDO_MS,
  undoableDecision,
  undoDecision,
} from "./pending-decisions";

const words = {
  made: "Approved",
  comes: "You approve it",
  sent: "You approved it.",
  refused: "It could not be",
};

describe("a decision", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  function decide(key: string, send = vi.fn(async () => {}), note = "why") {
    const onRefused = vi.fn();
    const call = { procedure: "steps.decide" as const, input: { id: key, note } };
    const made = decideLater({ key, name: `Step ${key}`, words, call }, { send, onRefused });
    return { made, call, send, onRefused };
  }

  it("is sent after five seconds, once", async () => {
    const { made, send } = decide("a");
    expect(decide("a").made, "one at a time").toBeNull();
    await vi.advanceTimersByTimeAsync(UNDO_MS - 1);
    expect(send).not.toHaveBeenCalled();
    expect(pendingDecision("a")).toMatchObject({ sending: false });
    await vi.advanceTimersByTimeAsync(1);
    expect(send).toHaveBeenCalledOnce();
    expect(await made?.settled).toBe("sent");
    expect(pendingDecision("a")).toBeNull();
    expect(saidBefore("a")).toBeUndefined();
  });

  it("that is taken back is never sent, and what was said is kept for the next time", async () => {
    const { made, call, send } = decide("b");
    expect(undoableDecision()?.key).toBe("b");
    expect(undoDecision("b")).toBe(true);
    await vi.advanceTimersByTimeAsync(2 * UNDO_MS);
    expect(send).not.toHaveBeenCalled();
    expect(await made?.settled).toBe("undone");
    expect(saidBefore("b")).toBe(call);
    expect(undoableDecision()).toBeNull();
  });

  it("that is being sent cannot be taken back; one that is refused is told, and can be made again", async () => {
    const held = deferred();
    const refusal = { message: "The files have changed since you looked.", data: {} };
    const send = vi.fn(() => held.promise.then(() => Promise.reject(refusal)));
    const { made, call, onRefused } = decide("c", send);
    sendNow("c");
    expect(undoDecision("c")).toBe(false);
    held.resolve();
    expect(await made?.settled).toBe("refused");
    expect(onRefused).toHaveBeenCalledOnce();
    expect(refusalOfDecision("c")?.message).toContain("files have changed");
    expect(saidBefore("c")).toBe(call);
    expect(decide("c").made).not.toBeNull();
    expect(refusalOfDecision("c")).toBeNull();
  });

  it("that is too large to outlive its page is sent at once", async () => {
    const { send } = decide("d", undefined, "x".repeat(70_000));
    expect(send).toHaveBeenCalledOnce();
  });
});
