import { isDeepStrictEqual } from "node:util";
import type { StepState } from "../../journal/run-state";
import { reasonText } from "../../lib/plain-text";
import type { EndedEntry } from "../../model/entry";
import type { Why } from "../../model/error-line";
import type { CompiledStep } from "../definition/types";
import { findErrors } from "../logs/errors/find-errors";
import type { Report } from "../logs/errors/reports";
import type { Mask } from "../logs/mask/mask";
import { type Entered, enterFiles, keepFiles } from "./attempt-files";
import { isTriedAgain, retryDelay } from "./plan";
import {
  type AttemptRef,
  type AttemptRemains,
  type Claim,
  ClaimLost,
  type EnginePorts,
  type FilesVisit,
  type KeptFiles,
  type RecordedResult,
  type StepContext,
  type StepLog,
  type StepResult,
  type StopReason,
} from "./ports";
import type { Resolved } from "./resolve";

/** How an attempt in this process ended. */
export type AttemptEnd =
  | EndedEntry
  /** The run was cancelled; `remains` is what the attempt left behind. */
  | { kind: "cancelled"; remains: AttemptRemains }
  /** The attempt stays recorded as running, for another worker to take over. */
  | { kind: "handed-over" };

/** One attempt that is recorded or kept as running. */
export interface Attempt {
  claim: Claim;
  /** The step as the pinned revision has it, with its expressions. */
  step: CompiledStep;
  state: StepState;
  attempt_id: string;
  /** True where an earlier worker was interrupted in this attempt. */
  resumed: boolean;
  /** The commit with the run's files as the attempt is to find them; null before the first. */
  snapshot: string | null;
  /** When the claim was last known to be valid, in milliseconds of this process's clock. */
  confirmed_at: number;
  /** See `AttemptRef`. */
  recorded?: Promise<void> | undefined;
  /** A reason to fail the attempt without running it. */
  refusal: string | null;
  /** The step with its expressions filled in. */
  resolved: Resolved;
}

type Ports = Pick<EnginePorts, "logs" | "runners" | "artifacts" | "files" | "secrets" | "store" | "clock">;

/** How long a claim counts as valid without asking, in milliseconds. Others take a run over much later. */
const CONFIRMED_MS = 2_000;

/**
 * Runs an attempt to its end and keeps its logs and artifacts; the caller records the result. An abort of `signal` ends
 * the attempt. Throws `ClaimLost`, or an error that is a fault of the engine.
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
  let visit: FilesVisit | null = null;
  try {
    if (resumed) log.system("The worker was interrupted. This attempt runs again from its start.");
    const context: StepContext = { ...ref, log, secrets: values, mask, signal, started, confirm };
    const refused_for = attempt.refusal ?? resolved.refusal ?? refusal;
    const entered: Entered =
      refused_for === null
        ? await enterFiles(ref, attempt.snapshot, context, ports)
        : { refusal: refused_for };
    if ("visit" in entered) visit = entered.visit;
    const given: StepResult = signal.aborted
      ? { status: "stopped" }
      : await run(context, ports.runners, "refusal" in entered ? entered.refusal : null);
    // A refused attempt never started its body, but the work that waits for a start has to begin as well.
    started();
    const reason = signal.reason as StopReason;
    const cancelled = given.status === "stopped" && reason === "cancelled";
    if (given.status === "stopped" && !cancelled) {
      if (reason === "lost") throw new ClaimLost("the claim was lost while a step ran");
      visit?.leave();
      await log.leave();
      return { kind: "handed-over" };
    }
    const said = given.status === "stopped" ? refused("Cancelled") : given;
    const kept = await keepFiles(visit, step, said, log);
    const { files } = kept;
    const wanted = { reports: said.status === "failed" && !cancelled };
    const collected = makesFiles(resolved.step)
      ? await ports.artifacts.collect(ref, log, signal, wanted)
      : NO_FILES;
    const result = masked(withoutRoom(kept.result, collected.refusal), mask);
    if (!isDeepStrictEqual(result.output, said.output)) log.system(MASKED_OUTPUT);
    const left = result.status === "failed" && isTriedAgain(attempt.step, state.tries);
    const again = left && !(result.status === "failed" && result.is_final);
    if (result.status === "failed") log.system(result.error_message);
    if (left && !again) log.system("It is not tried again: until that is mended it would end the same way.");
    if (again) visit?.goBack();
    visit = null;
    const { row_id, step_id } = state;
    const artifacts = collected.files;
    const remains = { row_id, step_id, attempt_id, log: await log.end(result), artifacts, files };
    if (cancelled) return { kind: "cancelled", remains };
    const { status, output, exit_code, signal: killed_by, usage = null, worked_ms = 0 } = result;
    return {
      kind: "ended",
      ...remains,
      status,
      output: output ?? null,
      error_message: result.status === "failed" ? result.error_message : null,
      why: result.status === "failed" ? whyOf(attempt.step, result, log, collected.reports, mask) : null,
      exit_code,
      signal: killed_by,
      waited: false,
      again_after_ms: again ? retryDelay(attempt.step, state.tries) : null,
      session: attempt.step.kind === "agent" ? { status, usage, worked_ms } : null,
    };
  } catch (error) {
    visit?.leave();
    await log.leave().catch(() => {});
    throw error;
  }
}

const NO_FILES: KeptFiles = { files: [], reports: [], refusal: null };

/**
 * The lines that say why. What an agent writes is no report of its failure. The last line of a log says it only where the
 * process ended by itself: of a timeout, or of what never began, Phaseboard's own words say more.
 */
function whyOf(
  step: CompiledStep,
  result: RecordedResult,
  log: StepLog,
  given: Report[],
  mask: Mask,
): Why | null {
  const lines = step.kind === "agent" ? [] : log.lines();
  const reports = given.map(({ name, text }) => ({ name, text: mask.text(text) }));
  return findErrors(lines, reports, (result.exit_code ?? 0) !== 0);
}

/** A step whose files were not all kept for want of room has failed; another try would end the same way. */
function withoutRoom(result: RecordedResult, refusal: string | null): RecordedResult {
  if (refusal === null || result.status === "failed") return result;
  return { ...result, status: "failed", error_message: refusal, is_final: true };
}

/** Whether a step of this kind can leave files. A function has no folder; only its `keep` calls name files. */
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

/** Values of the secrets that the step names, a refusal where one cannot be given, and the mask for all secrets. */
async function secretsOf(
  { claim, step }: AttemptRef,
  ports: Ports,
  signal: AbortSignal,
): Promise<{ mask: Mask; values: Record<string, string>; refusal: string | null }> {
  const { values, mask } = await ports.secrets(claim, signal, step.secrets ?? []);
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
