import { setTimeout as sleep } from "node:timers/promises";
import type { Db } from "../db/client";
import type { CodeChannel, FromHost } from "../engine/code/protocol";
import { advance } from "../engine/executor";
import { createStepLogs } from "../engine/logs/log-writer";
import { NO_MASK } from "../engine/logs/mask/mask";
import type { LogSink } from "../engine/logs/sink";
import type { AdvanceOutcome } from "../engine/pass";
import type { Claim, EnginePorts, RunStore } from "../engine/ports";
import { systemClock } from "../lib/clock";
import { newId } from "../lib/ids";
import { logger } from "../lib/logger";
import type { Claims } from "./claims";
import { writeCheckpoint } from "./write-checkpoint";

const RUNS = 300;
const STEPS = 40;
/** What runs has the machine to itself, and for so long behind it. */
const REST_MS = 1_000;
/** Between two runs, for whoever else wants the machine. */
const BREATH_MS = 10;

/**
 * A worker's steps take half as long again until the engine's code has been compiled well, which is thousands of steps
 * behind its start. Whoever has run code is likely to run more, so from then on a worker rehearses while it has nothing
 * to do, until it is as quick as it gets.
 */
export class Rehearsal {
  private isAsked = false;
  private isClosed = false;

  constructor(
    /** Goes through one run; see `rehearse`. */
    private readonly go: (isOver: () => boolean) => Promise<unknown>,
    private readonly claims: Pick<Claims, "size" | "restedMs">,
    private readonly rest_ms = REST_MS,
  ) {}

  /** Has it begin, once. */
  ask(): void {
    if (this.isAsked) return;
    this.isAsked = true;
    this.perform().catch((error: unknown) => logger.debug({ err: error }, "a rehearsal broke off"));
  }

  close(): void {
    this.isClosed = true;
  }

  private async perform(): Promise<void> {
    await this.pause(this.rest_ms);
    for (let runs = 0; runs < RUNS && !this.isClosed; ) {
      if (this.claims.restedMs < this.rest_ms) {
        await this.pause(this.rest_ms);
        continue;
      }
      await this.go(() => this.claims.size > 0 || this.isClosed);
      runs++;
      await this.pause(BREATH_MS);
    }
  }

  /** Keeps no process alive. */
  private pause(ms: number): Promise<void> {
    return sleep(ms, undefined, { ref: false });
  }
}

/**
 * Takes a run that touches nothing through the engine: its code is an echo, its logs go nowhere, and what it asks of the
 * database finds no run. It comes to its end early once `isOver`. Throws where the database is out of reach.
 */
export async function rehearse(db: Db, isOver: () => boolean = () => false): Promise<AdvanceOutcome> {
  return advance(newId(), portsOf(db, isOver));
}

function portsOf(db: Db, isOver: () => boolean): EnginePorts {
  return {
    store: storeOf(db),
    code: () => echo(isOver),
    logs: createStepLogs(nowhere, systemClock),
    clock: systemClock,
    newId,
    runners: {},
    readOutput: async () => null,
    codeLogs: {
      open: async () => ({ size: 0, place: { steps: 0, prints: 0 } }),
      append: async () => {},
    },
    comment: async () => {},
    hold: () => ({ signal: new AbortController().signal, close: () => {} }),
    draining: () => false,
    workspace: {
      clear: async () => {},
      snapshot: async () => {},
      abandon: async () => {},
      finish: async () => {},
    },
    artifacts: { collect: async () => [] },
    secrets: async () => ({ values: new Map(), mask: NO_MASK }),
  };
}

function storeOf(db: Db): RunStore {
  const state = { status: "running" as const, current_phase: null, steps: [] };
  return {
    async claim(run_id, first = () => null) {
      const claim: Claim = { run: factsOf(run_id), epoch: 1, worker_id: "rehearsal" };
      return { kind: "claimed", claim, state, change: first(claim, state) };
    },
    async checkpoint(claim, checkpoint) {
      await writeCheckpoint(db, claim, checkpoint);
      return true;
    },
    record: async (_claim, { ended }) => ended?.status ?? "running",
    load: async () => state,
    confirm: async () => {},
    release: async () => {},
  };
}

function factsOf(id: string): Claim["run"] {
  return {
    id,
    name: "Rehearsal",
    number: 1,
    args: {},
    project: { id: "", name: "", slug: "", path: "/" },
    definition: {
      name: "Rehearsal",
      description: "",
      phases: ["only"],
      args_schema: null,
      is_template: false,
      steps: [],
      code: "",
    },
  };
}

/** Code whose functions give their numbers, one after the other. */
function echo(isOver: () => boolean): CodeChannel {
  let listener: (message: unknown) => void = () => {};
  const say = (...messages: FromHost[]) => setImmediate(() => listener(messages));
  const callOf = (call: number): FromHost => ({ call, step: `step-${call}`, kind: "function", options: {} });
  return {
    send(message) {
      if ("do" in message) say({ ready: true }, callOf(0));
      if (!("go" in message)) return;
      const { go: result } = message;
      const at = Number(result.slice("step-".length));
      const isLast = at + 1 === STEPS || isOver();
      const next: FromHost = isLast ? { end: true, ok: true, output: at } : callOf(at + 1);
      say({ result, ok: true, output: at, ahead: true }, next);
    },
    onMessage(given) {
      listener = given;
    },
    onOutput: () => {},
    onExit: () => {},
    close: async () => {},
    retire: () => {},
  };
}

const nowhere: LogSink = {
  show: () => true,
  append: async () => {},
  size: async () => 0,
  async *read() {},
  unseal: async () => {},
  put: async () => {},
  settle: async () => {},
  progress: () => {},
};
