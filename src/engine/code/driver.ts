/**
 * The engine's side of a definition in TypeScript: each call of the code becomes a step. Every pass runs the code from
 * its beginning, and recorded steps answer at once. The code goes on with a function's result before it is recorded:
 * its next calls go into the same transaction, or the code starts anew if another result was recorded.
 */
import type { RunState } from "../../journal/run-state";
import { messageOf } from "../../lib/errors";
import { isStepEnded } from "../../model/states";
import type { CompiledStep } from "../definition/types";
import { type Planned, plan } from "../run/plan";
import type { Claim, EnginePorts, StepContext, StepResult } from "../run/ports";
import { idempotencyKey } from "../steps/script-environment";
import { Ahead } from "./ahead";
import { Answers } from "./answers";
import { CodeInbox } from "./code-inbox";
import { CodeLog } from "./code-log";
import { compileCall, noPhase } from "./compile-call";
import { FunctionCalls } from "./function-calls";
import { newStepState } from "./new-step-state";
import type { CodeChannel, FromHost, RunRequest } from "./protocol";
import { Pulse } from "./pulse";
import { inOrderOfEnd, isResting, missedOf } from "./recorded-steps";
import { completed, endOf, failed, resultOf, wentAnotherWay } from "./results";

const PING_MS = 2_000;
/** Milliseconds that the code may do nothing while it waits for no step. */
const IDLE_MS = 10 * 60_000;
/** Milliseconds of silence after which a run is released, where all that its code waits for rests. */
const SETTLE_MS = 250;

interface Requested {
  step: CompiledStep;
  /** Number of the call that waits for an answer; null once it was answered. */
  call: number | null;
}

type Ended = NonNullable<Planned["ended"]>;

export class CodeDriver {
  /** Called whenever the code sent a message. */
  onNews: () => void = () => {};
  private channel: CodeChannel | null = null;
  /** Resolves once all earlier processes of the code are gone. */
  private closed: Promise<unknown> = Promise.resolve();
  private requested = new Map<string, Requested>();
  private readonly functions: FunctionCalls;
  private readonly answers: Answers;
  /** The log of what the code prints outside of functions. */
  readonly log: CodeLog;
  private ahead = new Ahead();
  private ended: Ended | null = null;
  private phase: string;
  private inbox = new CodeInbox();
  private pulse: Pulse;

  constructor(
    private readonly claim: Claim,
    private readonly ports: Pick<
      EnginePorts,
      "clock" | "newId" | "code" | "codeLogs" | "comment" | "readOutput" | "secrets"
    >,
  ) {
    this.log = new CodeLog(claim, ports);
    const isOpen = (channel: CodeChannel) => channel === this.channel;
    this.answers = new Answers(claim, ports, isOpen, (fault) => {
      if (fault !== null) return this.fail(fault);
      this.pulse.actedAt = ports.clock.now();
      this.onNews();
    });
    this.phase = claim.run.definition.phases[0] ?? "";
    this.functions = new FunctionCalls(ports.clock);
    this.pulse = new Pulse(ports.clock.now());
  }

  /** Decides as `plan` does, over the steps that the code has asked for so far. */
  plan(state: RunState, now: number): Planned {
    const asked = [...this.requested.values()].map(({ step }) => step);
    const definition = { ...this.claim.run.definition, steps: asked };
    const own = { ...state, steps: state.steps.filter((step) => this.requested.has(step.step_id)) };
    const decision = plan({ ...this.claim.run, definition }, own, now);
    const { steps } = state;
    if (!this.ended || state.status !== "running") return { ...decision, steps, skipped: [], ended: null };
    const over = { ...decision, steps, start: [], waiting: [], wait_ms: null, skipped: [], ended: null };
    if (decision.running.length > 0) return over;
    // Steps that the code did not wait for, or did not ask for in this pass.
    const left = steps.filter((step) => !isStepEnded(step.status) && !step.is_new);
    const missed = missedOf(steps, (id) => this.requested.has(id));
    const isOnItsWay = this.ended.status === "failed" || missed.length === 0;
    return { ...over, skipped: left, ended: isOnItsWay ? this.ended : wentAnotherWay(missed) };
  }

  /** Handles the messages that were held while results were ahead of their record; `state` has these results. */
  catchUp(state: RunState): void {
    const said = this.ahead.release(state, (id) => {
      const asked = this.requested.get(id);
      if (asked) asked.call = null;
    });
    if (said === null) void this.endCode();
    this.hearSafely(() => {
      for (const message of said ?? []) this.heed(message);
    });
  }

  /** Whether the code has ended. Steps in flight may still run. */
  get isOver(): boolean {
    return this.ended !== null;
  }

  /** The state, with a new step for each call that has no row yet. */
  include(state: RunState): RunState {
    const known = new Set(state.steps.map((step) => step.step_id));
    const fresh = [...this.requested.keys()].filter((id) => !known.has(id));
    if (fresh.length === 0) return state;
    return { ...state, steps: [...state.steps, ...fresh.map((id) => newStepState(this.ports.newId(), id))] };
  }

  /** Starts the code if it is not running, and answers the calls of all steps that are recorded as ended. */
  tell(state: RunState): void {
    if (!this.channel && !this.ended && state.status === "running") this.open();
    for (const step of inOrderOfEnd(state.steps)) {
      const asked = this.requested.get(step.step_id);
      if (!asked || asked.call === null || !isStepEnded(step.status)) continue;
      if (this.channel) this.answers.tell(this.channel, asked.call, step);
      asked.call = null;
      this.pulse.actedAt = this.ports.clock.now();
    }
  }

  /**
   * Milliseconds after which to call this again. Null where the code waits only for steps that rest (approvals, sleeps,
   * retries). Ends the run where the code did nothing for too long.
   */
  look(state: RunState): number | null {
    if (this.ended || !this.channel) return null;
    if (this.answers.isReading) return PING_MS;
    const silent = this.ports.clock.now() - this.pulse.actedAt;
    const waitsFor = [...this.requested.values()].filter(({ call }) => call !== null);
    const rests = waitsFor.every(({ step }) => isResting(state.steps.find((s) => s.step_id === step.id)));
    if (waitsFor.length > 0 && rests && this.functions.size === 0) {
      return silent >= SETTLE_MS ? null : SETTLE_MS - silent;
    }
    if (waitsFor.length === 0 && silent > IDLE_MS) {
      this.fail(
        `The definition's code has done nothing for ${IDLE_MS / 60_000} min: it awaits what never comes`,
      );
    }
    this.listen();
    return PING_MS;
  }

  /** Runs the function of a step in the code's process. */
  async run(context: StepContext): Promise<StepResult> {
    const { step, secrets, number: attempt } = context;
    if (step.kind !== "function") throw new Error(`the code was given a step of type ${step.kind}`);
    if (step.artifacts) return completed(null);
    await context.confirm();
    if (!this.channel || !this.requested.has(step.id)) return { status: "stopped" };
    context.started();
    this.inbox.mask = context.mask;
    const given = { secrets, env: step.env, attempt, idempotencyKey: idempotencyKey(context) };
    return this.functions.run(
      context,
      () => this.channel?.send({ go: step.id, given }),
      // A function that timed out may block its process for good, so the code is started anew without it.
      () => void this.endCode(),
    );
  }

  async close(): Promise<void> {
    this.log.close();
    await this.endCode();
  }

  /** Ends the code's process with all that it started. It can be started again. */
  private async endCode(): Promise<void> {
    this.drop();
    this.functions.landAll({ status: "stopped" });
    await this.closed;
  }

  private drop(): void {
    const { channel } = this;
    this.channel = null;
    this.requested = new Map();
    this.ahead = new Ahead();
    if (channel) this.closed = Promise.all([this.closed, channel.close()]);
  }

  private open(): void {
    const { run } = this.claim;
    const channel = this.ports.code(this.claim);
    this.channel = channel;
    this.inbox = new CodeInbox();
    [this.phase = ""] = run.definition.phases;
    this.pulse = new Pulse(this.ports.clock.now());
    this.log.restart();
    channel.onOutput((stream, bytes) => {
      if (this.functions.size > 0) this.functions.write(stream, bytes);
      else if (this.channel === channel) this.log.write(stream, bytes, this.requested.size);
    });
    channel.onMessage((given) => {
      if (this.channel === channel) this.take(given);
    });
    channel.onExit((why) => {
      if (this.channel === channel) this.lose(why);
    });
    const { id, name, slug, path: root } = run.project;
    const request: RunRequest = {
      do: "run",
      bundle: run.definition.code ?? "",
      file: `${root}/.agent/workflows/definitions/definition.ts`,
      root,
      args: run.args,
      run: { id: run.id, name: run.name, number: run.number },
      project: { id, name, slug },
    };
    channel.send(request);
  }

  private take(given: unknown): void {
    const now = this.ports.clock.now();
    this.pulse.hear(now);
    this.hearSafely(() => {
      for (const message of this.inbox.read(given)) {
        if ("pong" in message) this.pulse.answer();
        else if ("print" in message) this.hear(message);
        else {
          this.pulse.actedAt = now;
          this.hear(message);
        }
      }
    });
  }

  /** An unreadable message is the fault of the author's code: it fails the run, not the worker. */
  private hearSafely(hear: () => void): void {
    try {
      hear();
    } catch (error) {
      this.fail(`What the definition's code sent cannot be read: ${messageOf(error)}`);
    }
  }

  private hear(message: FromHost): void {
    if ("result" in message) {
      const isRunning = this.functions.has(message.result);
      if (isRunning && message.ok && message.ahead) this.ahead.add(message.result, message.output);
      this.functions.land(message.result, resultOf(message));
    } else if (!this.ahead.isEmpty) this.ahead.hold(message);
    else {
      this.heed(message);
      if (!("print" in message)) this.onNews();
    }
  }

  private heed(message: Exclude<FromHost, { result: string }>): void {
    if ("print" in message) {
      this.log.write(message.print, Buffer.from(message.text), this.requested.size);
    } else if ("ready" in message) this.pulse.isReady = true;
    else if ("end" in message) {
      this.ended ??= endOf(message);
    } else if ("phase" in message) {
      const { phases } = this.claim.run.definition;
      const refusal = phases.includes(message.phase) ? null : noPhase(message.phase, phases);
      if (refusal === null) this.phase = message.phase;
      this.answer(message.call, refusal);
    } else if ("comment" in message) {
      this.ports.comment(this.claim, message.key, message.comment).then(
        () => this.answer(message.call, null),
        (error: unknown) => this.answer(message.call, messageOf(error)),
      );
    } else if ("call" in message) this.ask(message);
  }

  private ask(message: Extract<FromHost, { kind: unknown } | { sleep: string } | { keep: string }>): void {
    const compiled = compileCall(message, this.claim.run.definition, this.phase);
    if ("refusal" in compiled) this.answer(message.call, compiled.refusal);
    else this.requested.set(compiled.step.id, { step: compiled.step, call: message.call });
  }

  private answer(call: number, refusal: string | null): void {
    this.channel?.send(refusal === null ? { answer: call, outcome: null } : { answer: call, refusal });
  }

  /** Called when the process ended by itself. Its functions fail; if none was running, the run fails. */
  private lose(why: string): void {
    // Messages that are still held are sent again by the next process.
    const isHeard = this.ahead.isEmpty;
    // Programs that the code started may still run; closing the channel ends them.
    this.drop();
    if (this.functions.size === 0 && isHeard)
      this.ended ??= { status: "failed", error_message: `The definition's code ${why}` };
    this.functions.landAll(failed(`The definition's code ${why}`));
    this.onNews();
  }

  /** Pings the code. While a function runs it is not pinged: the function may block the process. */
  private listen(): void {
    const now = this.ports.clock.now();
    if (this.functions.size > 0) {
      this.pulse.hear(now);
      return;
    }
    const due = this.pulse.check(now, PING_MS);
    if (due === "ask") this.channel?.send({ ping: true });
    else if (due) this.fail(due.dead);
  }

  private fail(error_message: string): void {
    this.ended ??= { status: "failed", error_message };
    this.functions.landAll(failed(error_message));
    this.drop();
    this.onNews();
  }
}
