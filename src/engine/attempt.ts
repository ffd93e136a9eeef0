import { isDeepStrictEqual } from "node:util";
import type { EndedEntry } from "../journal/entry";
import type { StepState } from "../journal/run-state";
import { reasonText } from "../lib/plain-text";
import type { CompiledStep } from "./definition/types";
import type { Mask } from "./logs/mask/mask";
import { isTriedAgain, retryDelay } from "./plan";
import {
  type AttemptRef,
  type AttemptRemains,
  type Claim,
  ClaimLost,
  type EnginePorts,
  type RecordedResult,
  type StepContext,
  type StepResult,
  type StopReason,
} from "./ports";
import type { Resolved } from "./resolve";

/** How an attempt in this process ended. */
export type AttemptEnd =
  | EndedEntry
  /** The run was cancelled; what the attempt has left is kept. */
  | { kind: "cancelled"; remains: AttemptRemains }
  /** It stays recorded as running, for another worker. */
  | { kind: "handed-over" };

/** One attempt that is recorded as running, or kept as such. */
export interface Attempt {
  claim: Claim;
  /** As the revision has it. */
  step: CompiledStep;
  state: StepState;
  attempt_id: string;
  /** An earlier worker was interrupted in it. */
  resumed: boolean;
  /** When its claim was known to stand, in milliseconds of this process's clock. */
  confirmed_at: number;
  /** As in `AttemptRef`. */
  recorded?: Promise<void> | undefined;
  /** It is to fail with this instead of running. */
  refusal: string | null;
  /** The step with its expressions filled in. */
  resolved: Resolved;
}

type Ports = Pick<EnginePorts, "logs" | "runners" | "artifacts" | "secrets" | "store" | "clock">;

/** Well within the time after which peers take over from a process that they do not hear. */
const CONFIRMED_MS = 2_000;

/**
 * Runs an attempt to its end, with its logs and artifacts kept; its result is still to be recorded. `signal`
 * ends it from outside. Throws `ClaimLost`, or what is a fault of the engine.
 */
export async function runAttempt(
  attempt: Attempt,
  ports: Ports,
  signal: AbortSignal,
  started: () => void,
): Promise<AttemptEnd> {
  const { claim, state, attempt_id, resumed, recorded } = attempt;
  const { resolved } = attempt;
  const { step } = resolved;
  const ref: AttemptRef = { claim, step, attempt_id, number: state.attempt, resumed, recorded };
  const { mask, values, refusal } = await secretsOf(ref, ports, signal);
  const confirm = async () => {
    if (ports.clock.now() - attempt.confirmed_at >= CONFIRMED_MS) await ports.store.confirm(claim);
  };
  const log = await ports.logs.open(ref, mask.value(resolved.step), mask);
  try {
    if (resumed) log.system("The worker was interrupted. This attempt runs again from its start.");
    const given = await run(
      { ...ref, log, secrets: values, mask, signal, started, confirm },
      ports.runners,
      attempt.refusal ?? resolved.refusal ?? refusal,
    );
    // One that was refused never was on its way, and has as much to be looked at.
    started();
    const reason = signal.reason as StopReason;
    const cancelled = given.status === "stopped" && reason === "cancelled";
    if (given.status === "stopped" && !cancelled) {
      if (reason === "lost") throw new ClaimLost("the claim was lost while a step ran");
      await log.leave();
      return { kind: "handed-over" };
    }
    const said = given.status === "stopped" ? refused("Cancelled") : given;
    const result = masked(said, mask);
    if (!isDeepStrictEqual(result.output, said.output)) log.system(MASKED_OUTPUT);
    const left = result.status === "failed" && isTriedAgain(attempt.step, state.tries);
    const again = left && !(result.status === "failed" && result.is_final);
    if (result.status === "failed") log.system(result.error_message);
    if (left && !again) log.system("It is not tried again: until that is mended it would end the same way.");
    const artifacts = makesFiles(resolved.step) ? await ports.artifacts.collect(ref, log, signal) : [];
    const { row_id, step_id } = state;
    const remains = { row_id, step_id, attempt_id, log: await log.end(result), artifacts };
    if (cancelled) return { kind: "cancelled", remains };
    const { status, output, exit_code, signal: killed_by, usage = null } = result;
    return {
      kind: "ended",
      ...remains,
      status,
      output: output ?? null,
      error_message: result.status === "failed" ? result.error_message : null,
      exit_code,
      signal: killed_by,
      waited: false,
      again_after_ms: again ? retryDelay(attempt.step, state.tries) : null,
      session: attempt.step.kind === "agent" ? { status, usage } : null,
    };
  } catch (error) {
    await log.leave().catch(() => {});
    throw error;
  }
}

/** A function works in the code's own process and is told of no folder; it has files only where it names them. */
export function makesFiles(step: CompiledStep): boolean {
  return step.kind !== "function" || step.artifacts !== undefined;
}

async function run(
  context: StepContext,
  runners: EnginePorts["runners"],
  refusal: string | null,
): Promise<StepResult> {
  const runner = runners[context.step.kind];
  if (refusal !== null) return refused(refusal);
  if (!runner) {
    const kind = context.step.kind;
    return refused(
      kind === "function"
        ? "A function is a call in a definition written in TypeScript; in YAML there is nothing to run"
        : `Nothing here runs steps of type ${kind}`,
    );
  }
  return runner(context);
}

/** The secrets that the step names, or which of them cannot be given; and the mask for all. */
async function secretsOf(
  { claim, step }: AttemptRef,
  ports: Ports,
  signal: AbortSignal,
): Promise<{ mask: Mask; values: Record<string, string>; refusal: string | null }> {
  const { values, mask } = await ports.secrets(claim, signal);
  const given: Record<string, string> = {};
  for (const name of step.secrets ?? []) {
    const value = values.get(name);
    if (value === undefined) return { mask, values: {}, refusal: missingSecret(name) };
    if (value === null) return { mask, values: {}, refusal: unreadableSecret(name) };
    given[name] = value;
  }
  return { mask, values: given, refusal: null };
}

function refused(error_message: string): RecordedResult {
  return { status: "failed", error_message, output: null, exit_code: null, signal: null };
}

function masked(result: RecordedResult, mask: Mask): RecordedResult {
  const output = mask.value(result.output);
  if (result.status === "completed") return { ...result, output };
  // Terminal codes go first: one in the middle of a secret would hide it from the mask.
  return { ...result, output, error_message: mask.text(reasonText(result.error_message)) };
}

const MASKED_OUTPUT =
  "The step's output holds the value of a secret, which *** stands for: what reads this output gets *** too.";
const missingSecret = (name: string) =>
  `The project has no secret ${name}, which the step asks for. A maintainer can set it in the project's settings.`;
const unreadableSecret = (name: string) =>
  `The secret ${name} cannot be read: it was set under another NEXTAUTH_SECRET. A maintainer can set it again.`;
