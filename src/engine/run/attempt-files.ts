import { messageOf } from "../../lib/errors";
import type { FilesFacts } from "../../model/entry";
import type { CompiledStep, ScriptStep } from "../definition/types";
import type {
  AttemptRef,
  EnginePorts,
  FilesVisit,
  RecordedResult,
  StepContext,
  StepLog,
  StepResult,
} from "./ports";

/** As long as a set-up may take, in milliseconds. */
const SET_UP_MS = 30 * 60_000;

/** An attempt's way into the run's files: the visit, or why its body does not run. */
export type Entered = { visit: FilesVisit | null } | { refusal: string };

/** Brings the run's files into the state that the attempt begins with. */
export async function enterFiles(
  ref: AttemptRef,
  snapshot: string | null,
  context: StepContext,
  { files, runners }: Pick<EnginePorts, "files" | "runners">,
): Promise<Entered> {
  if (ref.claim.run.workspace === "shared" || !isAtWorkInFiles(ref.step)) return { visit: null };
  const entered = await files.visit(ref, snapshot, context.log, () => setUp(context, runners));
  return "refusal" in entered ? entered : { visit: entered };
}

/** A sleep does nothing, and what only names files to keep changes none. */
const isAtWorkInFiles = (step: CompiledStep) =>
  step.kind !== "function" || (step.sleep_ms === undefined && step.artifacts === undefined);

/** Runs the definition's set-up as a script with the environment of the step that needs the folder first. */
async function setUp(context: StepContext, runners: EnginePorts["runners"]): Promise<StepResult> {
  const { setup } = context.claim.run.definition;
  if (setup === undefined || !runners.script)
    return { status: "completed", output: null, exit_code: 0, signal: null };
  context.log.system(`Setting up the folder: ${setup.run.trim().split("\n")[0]}`);
  const { id, name, phase, needs, env, secrets = [] } = context.step;
  const step: ScriptStep = {
    ...{ id, name, phase, needs, env, secrets },
    kind: "script",
    run: setup.run,
    ...(setup.shell === undefined ? {} : { shell: setup.shell }),
    if: null,
    continue_on_error: false,
    timeout_ms: SET_UP_MS,
    retry: { attempts: 1, delay_ms: 0, backoff: "constant" },
    working_directory: null,
    artifacts: [],
  };
  return runners.script({ ...context, step, started: () => {} });
}

/** Keeps the files as the attempt left them. Where that fails, the attempt has failed too. */
export async function keepFiles(
  visit: FilesVisit | null,
  step: CompiledStep,
  result: RecordedResult,
  log: StepLog,
): Promise<{ result: RecordedResult; files: FilesFacts | null }> {
  try {
    return { result, files: (await visit?.end(step.snapshot !== false)) ?? null };
  } catch (error) {
    const why = `The run's files could not be kept: ${messageOf(error)}`;
    if (result.status === "completed")
      return { result: { ...result, status: "failed", error_message: why }, files: null };
    log.system(why);
    return { result, files: null };
  }
}
