import { storageFault } from "../../lib/output-fault";
import { didYouMean } from "../../lib/suggest";
import { checkSecrets, compileStep, envOf } from "../definition/compile";
import { parseDuration } from "../definition/duration";
import { describeValue, formatPath } from "../definition/faults";
import { keysAt, kindsWith, SHAPED_KINDS, type ShapedKind, unknownKey } from "../definition/known-keys";
import type { CompiledDefinition, CompiledStep, FunctionStep } from "../definition/types";
import { plainSource } from "../definition/yaml-document";
import { STEP_SHAPES, type StepShape } from "../definition/yaml-shape";
import type { FromHost } from "./protocol";

const STEP_ID = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$/;
const MAX_SLEEP_MS = 366 * 24 * 3_600_000;

/** The step that a call of the definition's code asks for, or why the call is refused. */
export type CompiledCall = { step: CompiledStep } | { refusal: string };

type StepCall = Extract<FromHost, { kind: unknown } | { sleep: string } | { keep: string }>;

/** Compiles a call by the same shapes as a step in YAML. `phase`: the phase that the code named last. */
export function compileCall(call: StepCall, definition: CompiledDefinition, phase: string): CompiledCall {
  if ("sleep" in call) return compileSleep(call.sleep, call.duration, phase);
  if ("keep" in call) {
    const name = `Keep ${call.name ?? call.path}`.slice(0, 200);
    return storable({ ...emptyFunction(call.keep, name, phase), artifacts: [call.path] });
  }
  const { step: id, kind, options } = call;
  if (!STEP_ID.test(id)) {
    return { refusal: `"${id}" is no step id; expected letters, digits, -, _ and ., at most 64` };
  }
  const {
    workingDirectory: working_directory,
    requestChanges: request_changes,
    approvers,
    ...same
  } = options;
  const given = {
    // The shape's ids follow the rule of YAML; ids in code may have capitals.
    ...withoutUndefined({ ...same, working_directory, request_changes, approvers: approversOf(approvers) }),
    id: "id",
    type: kind,
  };
  const shape: { safeParse(value: unknown): SafeParsed } = STEP_SHAPES[kind];
  const parsed = shape.safeParse(given);
  if (!parsed.success) {
    return { refusal: `step "${id}": ${optionFault(kind, parsed.error.issues[0])}` };
  }
  const shaped = { ...parsed.data, id };
  const faults: string[] = [];
  const source = plainSource(given, (path, message, { key } = {}) => {
    faults.push(`${formatPath(key === undefined ? path : [...path, key])}: ${message}`);
  });
  const own = shaped.phase ?? phase;
  if (!definition.phases.includes(own)) {
    source.report(["phase"], noPhase(own, definition.phases));
  }
  const variables = "env" in shaped ? variablesOf(shaped, definition, source) : { env: {}, secrets: [] };
  const { shell } = definition;
  const step = compileStep(shaped, { ...variables, shell, phase: own, needs: [] });
  if (step.kind === "approval" && step.changes?.rework)
    source.report(
      ["rework"],
      "only in YAML; with requestChanges the code sees the decision and goes on as it likes",
    );
  if (faults.length > 0) return { refusal: `step "${id}": ${faults[0]}` };
  // The code decides what a failed step means for the run.
  return storable({ ...step, continue_on_error: true });
}

export const FUNCTIONS: Record<ShapedKind, string> = {
  script: "step.script",
  function: "step.function",
  agent: "step.agent",
  approval: "approve",
};

/** Why an option is refused: it may belong to another kind of step. */
function optionFault(kind: ShapedKind, issue: Issue | undefined): string {
  const path = (issue?.path ?? []).map(String);
  const unknown = issue?.keys?.[0];
  if (unknown === undefined) return `${path.join(".") || "its options"}: expected ${issue?.message}`;
  const key = camelCase(unknown);
  const others = path.length === 0 ? kindsWith(unknown, SHAPED_KINDS) : [];
  const takers = others.map((other) => FUNCTIONS[other]).join(", ");
  const fault = takers
    ? `no option of ${FUNCTIONS[kind]}; of ${takers}`
    : unknownKey(key, keysAt(STEP_SHAPES[kind], path).filter(isOption).map(camelCase));
  return `${[...path, key].join(".")}: ${fault}`;
}

/** Keys that are no options: the call itself gives `id` and `type`; only lists of steps have `needs` and `if`. */
export const isOption = (key: string) => !["id", "type", "needs", "if"].includes(key);

export const camelCase = (key: string) =>
  key.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());

export function noPhase(name: string, phases: string[]): string {
  return `there is no phase "${name}"${didYouMean(name, phases) || `; known are ${phases.join(", ")}`}`;
}

/** The variables of the definition, merged with those of the step. */
function variablesOf(
  step: Extract<StepShape, { env: unknown }>,
  definition: CompiledDefinition,
  source: ReturnType<typeof plainSource>,
) {
  const env = { ...definition.env, ...envOf(step.env, ["env"], source) };
  checkSecrets(step.secrets, env, ["secrets"], source);
  return { env, secrets: [...new Set([...(definition.secrets ?? []), ...step.secrets])] };
}

function storable(step: CompiledStep): CompiledCall {
  const fault = storageFault(step);
  return fault ? { refusal: `step "${step.id}": one of its options ${fault}` } : { step };
}

type SafeParsed = { success: true; data: StepShape } | { success: false; error: { issues: Issue[] } };

/** `keys`: those that the shape does not know. */
interface Issue {
  path: PropertyKey[];
  message: string;
  keys?: string[];
}

function approversOf(given: unknown): unknown {
  if (typeof given !== "object" || given === null) return given;
  const { allowSelf: allow_self, ...same } = given as Record<string, unknown>;
  return withoutUndefined({ ...same, allow_self });
}

function withoutUndefined(values: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
}

function compileSleep(id: string, duration: string, phase: string): CompiledCall {
  const sleep_ms = parseDuration(duration);
  if (sleep_ms === null || sleep_ms > MAX_SLEEP_MS) {
    const found = describeValue(duration);
    return { refusal: `sleep: expected a duration such as 30s, 2h or 3d, at most 366d, found ${found}` };
  }
  return { step: { ...emptyFunction(id, `Sleep ${duration}`, phase), sleep_ms } };
}

/** A function step without a body, for a sleep or a list of files to keep. */
function emptyFunction(id: string, name: string, phase: string): FunctionStep {
  return {
    id,
    name,
    kind: "function",
    phase,
    needs: [],
    if: null,
    continue_on_error: true,
    timeout_ms: 60_000,
    retry: { attempts: 1, delay_ms: 0, backoff: "constant" },
    env: {},
  };
}
