import { describe, expect, it } from "vitest";
import { type Claim, ClaimLost, type RunStore, StaleState } from "../engine/run/ports";
import type { RunState } from "../journal/run-state";
import { newId } from "../lib/ids";
import { type EndedEntry, type Entry, NOTHING_GIVEN, type StartedEntry } from "../model/entry";
import type { RunStatus } from "../model/states";
import { scriptStep } from "./compiled";

/** What every run of the contract consists of. */
export const CONTRACT_STEPS = [scriptStep("one", "true"), scriptStep("two", "true", { phase: "late" })];

/** A pending run of `CONTRACT_STEPS`, and what happens to it beside its store. */
export interface ContractRun {
  id: string;
  /** Of two workers. */
  stores: [RunStore, RunStore];
  /** As whoever pauses or cancels the run does, or starts it anew. */
  setStatus: (status: RunStatus) => Promise<void>;
  /** As if the worker had been taken over: its claim is cleared, the epoch stays. */
  clearClaim: () => Promise<void>;
  /** Whether somebody is to come for the run. */
  isQueued: () => Promise<boolean>;
}

export async function claimed(store: RunStore, runId: string): Promise<{ claim: Claim; state: RunState }> {
  const result = await store.claim(runId);
  if (result.kind !== "claimed") throw new Error(`the run was ${result.kind}`);
  return result;
}

export function startOf(state: RunState, index: number): StartedEntry {
  const step = state.steps[index];
  const definition = CONTRACT_STEPS[index];
  if (!step || !definition) throw new Error(`there is no step ${index}`);
  const { row_id, step_id, attempt, tries } = step;
  const { name, kind: step_kind, phase } = definition;
  return {
    kind: "started",
    row_id,
    step_id,
    name,
    step_kind,
    phase,
    is_new: false,
    continue_on_error: false,
    attempt_id: newId(),
    number: attempt + 1,
    tries,
    worker_id: "storetestworkera",
    folder: "logs",
    wait: null,
    session: null,
  };
}

export function endOf(
  { row_id, step_id, attempt_id }: StartedEntry,
  given: Partial<EndedEntry> = {},
): EndedEntry {
  return {
    ...NOTHING_GIVEN,
    status: "completed",
    error_message: null,
    row_id,
    step_id,
    attempt_id,
    output: { ok: true },
    exit_code: 0,
    ...given,
  };
}

export const AGAIN = { status: "failed", error_message: "no", again_after_ms: 0 } as const;

export const finished = (status: "completed" | "failed", output: unknown = null): Entry => ({
  kind: "finished",
  status,
  error_message: status === "failed" ? "no" : null,
  output,
});

/** What the engine may rely on, of any store: the tests of a store call this once. */
export function testStoreContract(make: () => Promise<ContractRun>): void {
  /** A run whose first step is recorded as running. */
  async function inFirstStep() {
    const run = await make();
    const { claim, state } = await claimed(run.stores[0], run.id);
    const one = startOf(state, 0);
    await run.stores[0].record(claim, 0, [one]);
    return { ...run, store: run.stores[0], claim, state, one, entries: [endOf(one), startOf(state, 1)] };
  }

  describe("a claim", () => {
    it("starts a pending run, raises its epoch, and keeps others out", async () => {
      const { id, stores } = await make();
      const { claim, state } = await claimed(stores[0], id);
      expect(claim).toMatchObject({ epoch: 1, run: { id } });
      expect(state).toMatchObject({
        status: "running",
        steps: [
          { step_id: "one", status: "pending", attempt: 0 },
          { step_id: "two", status: "pending", attempt: 0 },
        ],
      });
      expect(await stores[1].claim(id)).toEqual({ kind: "busy" });
    });

    it("records with it what the run starts with", async () => {
      const { id, stores } = await make();
      const result = await stores[0].claim(id, (_, state) => [startOf(state, 0)]);
      expect(result).toMatchObject({
        kind: "claimed",
        entries: [{ kind: "started", step_id: "one" }],
        state: { steps: [{ status: "running", attempt: 1, tries: 1 }, { status: "pending" }] },
      });
    });

    it("of an interrupted run goes on under the next epoch with what is under way", async () => {
      const { id, stores, one, clearClaim } = await inFirstStep();
      await clearClaim();
      const { claim, state } = await claimed(stores[1], id);
      expect(claim.epoch).toBe(2);
      expect(state.steps[0]).toMatchObject({
        status: "running",
        attempt: 1,
        tries: 1,
        running_attempt_id: one.attempt_id,
      });
    });

    it("of a run that is started anew counts a step's tries from none", async () => {
      const { id, store, claim, one, setStatus } = await inFirstStep();
      await store.record(claim, 0, [endOf(one, AGAIN)]);
      await store.record(claim, 0, [finished("failed")]);
      await setStatus("pending");
      const { state } = await claimed(store, id);
      expect(state.steps[0]).toMatchObject({ status: "pending", attempt: 1, tries: 0 });
    });

    it("has nothing to do for a run that is paused, ended or not there", async () => {
      const paused = await make();
      const { claim } = await claimed(paused.stores[0], paused.id);
      await paused.setStatus("paused");
      await paused.stores[0].release(claim);
      expect(await paused.stores[0].claim(paused.id)).toEqual({ kind: "idle" });
      const ended = await make();
      const last = await claimed(ended.stores[0], ended.id);
      await ended.stores[0].record(last.claim, 0, [finished("completed")]);
      expect(await ended.stores[1].claim(ended.id)).toMatchObject({ kind: "idle" });
      expect(await ended.stores[0].claim("nosuchrun")).toEqual({ kind: "idle" });
    });

    it("leaves a large output in its row", async () => {
      const { store, claim, one, state } = await inFirstStep();
      const two = startOf(state, 1);
      await store.record(claim, 0, [endOf(one, { output: "x".repeat(100_000) }), two]);
      const { steps } = await store.load(claim, 0);
      expect(steps).toMatchObject([{ output: null, output_left: true }, { output: null }]);
    });
  });

  describe("a record", () => {
    it("writes an attempt's end and the next one's start together", async () => {
      const { store, claim, entries } = await inFirstStep();
      expect(await store.record(claim, 0, entries)).toBe("running");
      expect((await store.load(claim, 0)).steps).toMatchObject([
        { status: "completed", output: { ok: true }, attempt: 1, running_attempt_id: null },
        { status: "running", attempt: 1 },
      ]);
    });

    it("puts a failed attempt back to pending, keeping its row", async () => {
      const { store, claim, one } = await inFirstStep();
      await store.record(claim, 0, [endOf(one, AGAIN)]);
      expect((await store.load(claim, 0)).steps[0]).toMatchObject({
        row_id: one.row_id,
        status: "pending",
        attempt: 1,
        tries: 1,
        error_message: "no",
        running_attempt_id: null,
      });
    });

    it("of an old epoch is refused, as all else of it is, and changes nothing", async () => {
      const { id, stores, store, claim, one, clearClaim } = await inFirstStep();
      await clearClaim();
      const late = [endOf(one)];
      await expect(store.record(claim, 0, late)).rejects.toThrow(ClaimLost);
      const fresh = await claimed(stores[1], id);
      await expect(store.record(claim, 0, late)).rejects.toThrow(ClaimLost);
      await expect(store.load(claim, 0)).rejects.toThrow(ClaimLost);
      await expect(store.confirm(claim)).rejects.toThrow(ClaimLost);
      expect(await store.keep(claim, 0, 0, late)).toBe(false);
      await store.release(claim);
      await stores[1].confirm(fresh.claim);
      expect((await stores[1].load(fresh.claim, 0)).steps).toEqual(fresh.state.steps);
      expect(await stores[1].record(fresh.claim, 0, late)).toBe("running");
    });

    it("takes only the attempt's end while the run is paused, and nothing once it is cancelled", async () => {
      const { store, claim, one, entries, setStatus, state } = await inFirstStep();
      await setStatus("paused");
      expect(await store.record(claim, 0, entries)).toBe("paused");
      const statuses = async () => (await store.load(claim, 0)).steps.map(({ status }) => status);
      expect(await statuses()).toEqual(["completed", "pending"]);
      await setStatus("cancelled");
      expect(await store.record(claim, 0, [startOf(state, 1)])).toBe("cancelled");
      expect(await statuses()).toEqual(["completed", "pending"]);
      expect(one.number).toBe(1);
    });

    it("of the run's end gives the claim up", async () => {
      const { store, claim } = await inFirstStep();
      expect(await store.record(claim, 0, [finished("failed")])).toBe("failed");
      await expect(store.confirm(claim)).rejects.toThrow(ClaimLost);
    });
  });

  describe("what is kept", () => {
    const behindIt = {
      steps: [
        { status: "completed", output: { ok: true } },
        { status: "running", attempt: 1 },
      ],
    };

    it("is refused where it comes after the rows were read again, and a mere look lets it come", async () => {
      const { store, claim, entries } = await inFirstStep();
      await store.load(claim, 0);
      await store.load(claim, 1);
      expect(await store.keep(claim, 0, 0, entries)).toBe(false);
      expect((await store.load(claim, 1)).steps[0]?.status).toBe("running");
      expect(await store.keep(claim, 1, 1, entries)).toBe(true);
      expect(await store.load(claim, 1)).toMatchObject(behindIt);
    });

    it("so is a record, whose sender is asked to look at the rows", async () => {
      const { store, claim, entries } = await inFirstStep();
      await store.load(claim, 1);
      await expect(store.record(claim, 0, entries)).rejects.toThrow(StaleState);
      expect(await store.record(claim, 1, entries)).toBe("running");
    });

    it("sets no floor for the next claim", async () => {
      const { id, stores, store, claim, entries, clearClaim } = await inFirstStep();
      await store.load(claim, 7);
      await clearClaim();
      const next = await claimed(stores[1], id);
      expect(await store.keep(claim, 7, 8, entries)).toBe(false);
      expect(await stores[1].keep(next.claim, 0, 0, entries)).toBe(true);
    });

    it("is seen by the next claim", async () => {
      const { id, stores, store, claim, entries, clearClaim } = await inFirstStep();
      await store.keep(claim, 0, 0, entries);
      await clearClaim();
      expect((await claimed(stores[1], id)).state).toMatchObject(behindIt);
    });

    it("of a run that was paused is recorded by the claim that ends what began in it", async () => {
      const run = await make();
      const { claim, state } = await claimed(run.stores[0], run.id);
      await run.stores[0].keep(claim, 0, 0, [startOf(state, 0)]);
      await run.setStatus("paused");
      await run.clearClaim();
      expect((await claimed(run.stores[1], run.id)).state).toMatchObject({
        status: "paused",
        steps: [{ status: "running" }, { status: "pending" }],
      });
    });

    it("numbers steps that begin in it as they were asked for", async () => {
      const { store, claim, state } = await inFirstStep();
      const base = startOf(state, 1);
      const ids = Array.from({ length: 40 }, (_, n) => `new-${(n * 7) % 40}`);
      const started = ids.map((step_id): StartedEntry => {
        return { ...base, row_id: newId(), step_id, name: step_id, is_new: true, attempt_id: newId() };
      });
      await store.keep(claim, 0, 0, started);
      const { steps } = await store.load(claim, 0);
      expect(steps.slice(2).map(({ step_id }) => step_id)).toEqual(ids);
    });
  });

  describe("a release", () => {
    it("lets the next one claim", async () => {
      const { id, stores, store, claim } = await inFirstStep();
      await store.release(claim);
      expect((await claimed(stores[1], id)).claim.epoch).toBe(2);
    });

    it.each([
      ["queues a run that was cancelled meanwhile, for whoever clears up", false, true],
      ["does not where that is done", true, false],
    ])("%s", async (_, cleared, expected) => {
      const { id, stores, setStatus, isQueued } = await make();
      const { claim } = await claimed(stores[0], id);
      await setStatus("cancelled");
      await stores[0].release(claim, { cleared });
      expect(await isQueued()).toBe(expected);
    });
  });
}
