import { MARKER } from "../../lib/process-tree";
import { readSettings } from "../../lib/settings";
import type { SCRIPT_VARIABLES } from "../definition/script-variables";
import type { StepContext } from "../run/ports";

/** Variables of the server that every step gets. The administrator can add more. */
const PASSED_ON =
  process.platform === "win32"
    ? ["PATH", "HOME", "LANG", "TZ", "SYSTEMROOT", "COMSPEC", "PATHEXT", "TEMP", "TMP", "USERPROFILE"]
    : ["PATH", "HOME", "LANG", "TZ"];

/** The server's variables that processes of users' code get. */
export function passedOn(server: NodeJS.ProcessEnv): Record<string, string> {
  const env: Record<string, string> = {};
  for (const name of [...PASSED_ON, ...readSettings().passOn]) {
    const value = server[name];
    if (value !== undefined) env[name] = value;
  }
  return env;
}

/** The same key for the re-run of an interrupted attempt. */
export function idempotencyKey({
  claim,
  step,
  number,
}: Pick<StepContext, "claim" | "step" | "number">): string {
  return `${claim.run.id}:${step.id}:${number}`;
}

/** Absolute paths that a script gets in its environment. */
export interface ScriptPaths {
  /** The attempt's folder, in which output and artifacts lie. */
  folder: string;
  output: string;
  args: string;
  artifacts: string;
  /** What somebody asked to be changed; null: nobody did since the run was started. */
  review: string | null;
}

/** The environment of a script: a few of the server's variables, the definition's, and Phaseboard's own. */
export function scriptEnvironment(
  context: Pick<StepContext, "claim" | "step" | "number" | "secrets">,
  paths: ScriptPaths,
  mark: string,
  server: NodeJS.ProcessEnv = process.env,
): Record<string, string> {
  const { claim, step, number, secrets } = context;
  const own: Record<(typeof SCRIPT_VARIABLES)[number], string> = {
    PHASEBOARD_RUN_ID: claim.run.id,
    PHASEBOARD_STEP_ID: step.id,
    PHASEBOARD_ATTEMPT: String(number),
    PHASEBOARD_IDEMPOTENCY_KEY: idempotencyKey(context),
    PHASEBOARD_OUTPUT: paths.output,
    PHASEBOARD_ARGS: paths.args,
    PHASEBOARD_ARTIFACTS: paths.artifacts,
  };
  return {
    ...passedOn(server),
    ...step.env,
    ...secrets,
    ...own,
    ...(paths.review ? { PHASEBOARD_REVIEW: paths.review } : {}),
    [MARKER]: mark,
  };
}
