import { types } from "node:util";
import { numberFault } from "../../../lib/number-fault";
import { sizeFault } from "../../../lib/output-fault";
import {
  type ApprovalOutcome,
  type FunctionContext,
  type ReviewComment,
  StepFailed,
  type StepOutcome,
  type Workflow,
  type WorkflowContext,
} from "../../../sdk";
import type { FromHost, FunctionFacts, StepCallKind, TellOutcome, ToHost } from "../protocol";
import { inFunction } from "./own-prints";

interface Pending {
  resolve(outcome: TellOutcome | null): void;
  reject(error: Error): void;
}

type RunFacts = Pick<WorkflowContext<never>, "run" | "project"> & { args: unknown };

/** Microtasks that are let run after the code's end, so that calls which it did not await are made. */
const MICROTASKS = 100;

/**
 * One pass of a definition's code from its start. Calls are sent by `send`, their answers handed to `receive`. `run`
 * resolves with what the code returned and rejects with what it threw.
 */
export class WorkflowPass {
  private calls = 0;
  private readonly pending = new Map<number, Pending>();
  /** Called once no call is pending. */
  private onQuiet: () => void = () => {};
  private readonly used = new Set<string>();
  private readonly functions = new Map<string, (context: FunctionContext) => unknown>();
  /** The calls of steps, by the step's id. */
  private readonly calledAs = new Map<string, number>();
  /** How many sleeps, kept files and comments there were. These numbers name them, the same in every pass. */
  private readonly counts = { sleep: 0, keep: 0, comment: 0 };

  constructor(
    private readonly send: (message: FromHost) => void,
    /** Turns an error of a step's function into the text that is sent. */
    private readonly tell: (error: unknown) => string = textOfThrown,
  ) {}

  /** Runs the code and waits for all calls that it started without awaiting them. */
  async run({ run }: Workflow, facts: RunFacts): Promise<unknown> {
    const returned = await run({ ...this.context(facts), args: facts.args as never });
    // In this turn, so that the run's end is sent together with the last function's result.
    for (let hop = 0; hop < MICROTASKS && this.pending.size === 0; hop++) await null;
    while (this.pending.size > 0) {
      await new Promise<void>((resolve) => {
        this.onQuiet = resolve;
      });
      // The last answer may lead to another call, or to a failure that nobody handles.
      await new Promise(setImmediate);
    }
    return returned;
  }

  receive(message: ToHost): void {
    if ("go" in message) void this.callFunction(message.go, message.given);
    if (!("answer" in message)) return;
    const pending = this.take(message.answer);
    if ("refusal" in message) pending?.reject(new Error(message.refusal));
    else pending?.resolve(message.outcome);
  }

  private take(call: number): Pending | undefined {
    const pending = this.pending.get(call);
    this.pending.delete(call);
    if (this.pending.size === 0) this.onQuiet();
    return pending;
  }

  private context({ run, project }: RunFacts): Omit<WorkflowContext<never>, "args"> {
    return {
      run,
      project,
      step: {
        script: (id, options) => this.step(id, "script", options),
        agent: (id, options) => this.step(id, "agent", options),
        function: (id, fn, options = {}) => {
          if (typeof fn !== "function") throw new TypeError(`step.function("${id}") needs a function`);
          this.functions.set(id, fn);
          return this.step(id, "function", options);
        },
      },
      approve: async (id, options) => {
        const outcome = await this.step<never>(id, "approval", options);
        return { ...outcome, ...saidOf(outcome) };
      },
      phase: async (name) => {
        await this.call((call) => ({ call, phase: String(name) }));
      },
      comment: async (text) => {
        const key = String(++this.counts.comment);
        await this.call((call) => ({ call, comment: String(text), key }));
      },
      artifact: async (path, { name } = {}) => {
        const id = this.claimId(`artifact-${++this.counts.keep}`);
        const outcome = await this.call((call) => ({
          call,
          keep: id,
          path: String(path),
          name: name ?? null,
        }));
        refuseFailed(id, outcome);
      },
      sleep: async (duration) => {
        const id = this.claimId(`sleep-${++this.counts.sleep}`);
        await this.call((call) => ({ call, sleep: id, duration: String(duration) }));
      },
    };
  }

  private async step<Output>(
    id: string,
    kind: StepCallKind,
    { continueOnError = false, ...options }: { continueOnError?: boolean },
  ): Promise<StepOutcome<Output>> {
    this.claimId(id);
    const outcome = await this.call((call) => {
      this.calledAs.set(id, call);
      return { call, step: id, kind, options };
    });
    if (!continueOnError) refuseFailed(id, outcome);
    const { status = "completed", output = null, attempt = 1 } = outcome ?? {};
    return { status, output: output as Output, attempt };
  }

  /** Takes an id for a call. Each id names one result, so it cannot be used twice. */
  private claimId(id: string): string {
    if (this.used.has(id)) {
      throw new Error(`the step id "${id}" is used twice in one pass; give each call an id of its own`);
    }
    this.used.add(id);
    return id;
  }

  private call(make: (call: number) => FromHost): Promise<TellOutcome | null> {
    const call = ++this.calls;
    return new Promise((resolve, reject) => {
      this.pending.set(call, { resolve, reject });
      this.send(make(call));
    });
  }

  private async callFunction(id: string, given: FunctionFacts): Promise<void> {
    try {
      const output = toJson(await inFunction(() => this.functions.get(id)?.(given)));
      // A function that knows secrets is not run ahead: its recorded result is masked and may differ.
      const ahead = Object.keys(given.secrets).length === 0;
      this.send({ result: id, ok: true, output, ahead });
      if (!ahead) return;
      const { attempt } = given;
      this.take(this.calledAs.get(id) ?? 0)?.resolve({
        status: "completed",
        output,
        attempt,
        error_message: null,
      });
    } catch (error) {
      this.send({ result: id, ok: false, error: this.tell(error) });
    }
  }
}

/** What people said with the decision that ended an approval; see `endOf` in `features/approvals`. */
function saidOf({ status, output }: StepOutcome): Pick<ApprovalOutcome<unknown>, "decision" | "comments"> {
  const given = (output ?? {}) as { request_changes?: { comments: ReviewComment[] }; comments?: unknown };
  if (given.request_changes) return { decision: "request_changes", comments: given.request_changes.comments };
  const comments = Array.isArray(given.comments) ? (given.comments as ReviewComment[]) : [];
  return { decision: status === "failed" ? "reject" : "approve", comments };
}

function refuseFailed(id: string, outcome: TellOutcome | null): void {
  if (outcome?.status !== "failed") return;
  throw new StepFailed(id, outcome.error_message ?? `Step "${id}" failed`, outcome.output, outcome.attempt);
}

/** A value as the JSON that is recorded. Throws where it is no JSON or too large to send. */
export function toJson(value: unknown): unknown {
  if (value === undefined) return null;
  let text: string | undefined;
  try {
    text = JSON.stringify(value, refuseLost);
  } catch (error) {
    const [reason] = (error instanceof Error ? error.message : String(error)).split("\n");
    throw new TypeError(`what was returned cannot be kept as JSON: ${reason}`);
  }
  if (text === undefined)
    throw new TypeError(`what was returned cannot be kept as JSON: it is a ${typeof value}`);
  const fault = sizeFault(text);
  if (fault) throw new RangeError(`what was returned ${fault}`);
  return JSON.parse(text);
}

/** Refuses infinite numbers and invalid dates, which `JSON.stringify` would turn into null. */
function refuseLost(this: unknown, key: string, value: unknown): unknown {
  const number = types.isNumberObject(value) ? value.valueOf() : value;
  const at = key === "" ? "" : ` at ${JSON.stringify(key)}`;
  if (typeof number === "number" && !Number.isFinite(number))
    throw new TypeError(`it holds ${number}${at}, which ${numberFault(number)}`);
  const original = (this as Record<string, unknown>)[key];
  if (types.isDate(original) && Number.isNaN(original.getTime()))
    throw new TypeError(`it holds an invalid date${at}; write null where there is none`);
  return value;
}

/** What was thrown, in words. */
export function textOfThrown(thrown: unknown): string {
  if (thrown instanceof StepFailed) return `Step "${thrown.step_id}" failed: ${thrown.message}`;
  if (thrown instanceof Error)
    return thrown.name === "Error" ? thrown.message : `${thrown.name}: ${thrown.message}`;
  if (typeof thrown === "string") return `threw ${JSON.stringify(thrown.slice(0, 2_000))}, which is no Error`;
  return `threw ${thrown === undefined ? "nothing" : `a ${typeof thrown}`}, which is no Error`;
}
