/** Checks a definition beyond the shape of its fields: ids, phases, order, expressions. */
import { numberFault } from "../../lib/number-fault";
import { didYouMean } from "../../lib/suggest";
import type { Budget } from "../../model/states";
import { checkArgs } from "./args";
import { compileArgsSchema } from "./args-schema";
import { checkExpressions, checkOfRun } from "./check-expressions";
import type { ShapedDefinition } from "./check-shape";
import { compileTriggers } from "./compile-triggers";
import { checkWorkspace, foundOutside, isOutside, workspaceOf } from "./compile-workspace";
import { describeValue } from "./faults";
import { orderSteps } from "./order";
import { RUN_NAME_ROOTS } from "./run-name";
import type { CompiledDefinition, CompiledStep } from "./types";
import type { YamlSource } from "./yaml-document";
import { type DefinitionShape, ENV_NAME, type StepShape } from "./yaml-shape";

const DEFAULT_TIMEOUT_MS = 30 * 60_000;
/** Default timeout of an approval: people take longer than programs. */
const APPROVAL_TIMEOUT_MS = 24 * 60 * 60_000;
const MAX_ENV = 100;
const MAX_ENV_VALUE = 32 * 1024;

/** Compiles a definition and reports what is wrong; the result counts only where nothing was reported. */
export function compile({ head, steps }: ShapedDefinition, yaml: YamlSource): CompiledDefinition {
  const { env: shared, secrets: _, shell, ...definition } = compileHead(head, yaml);
  checkIds(steps, yaml);
  const compiled = steps.map((step, index): CompiledStep => {
    const env = "env" in step ? { ...shared, ...envOf(step.env, ["steps", index, "env"], yaml) } : {};
    const secrets = "secrets" in step ? [...new Set([...head.secrets, ...step.secrets])] : [];
    if ("secrets" in step) checkSecrets(step.secrets, env, ["steps", index, "secrets"], yaml);
    return compileStep(step, {
      env,
      secrets,
      shell,
      phase: phaseOf(step, index, head.phases, yaml),
      needs: needsOf(step, index, steps, yaml),
    });
  });
  const ordered = orderSteps(compiled, yaml.report);
  checkExpressions({ head, steps, ordered }, yaml);
  steps.forEach((step, index) => {
    checkPaths(step, index, yaml);
    if (step.type === "approval") {
      checkSchema(step.form ?? null, ["steps", index, "form"], yaml);
      checkRework(step, index, ordered, yaml);
    }
  });
  return { ...definition, steps: ordered ?? [] };
}

/** Compiles a definition without its steps. `env`, `secrets` and `shell` apply to all steps. Reports as `compile`. */
export function compileHead(head: Omit<DefinitionShape, "steps">, source: YamlSource) {
  const { name, description, phases, args_schema, is_template, run_name, secrets, shell } = head;
  checkPhases(phases, source);
  checkSchema(args_schema, ["args_schema"], source);
  const env = envOf(head.env, ["env"], source);
  checkSecrets(secrets, env, ["secrets"], source);
  const { concurrency } = head;
  if (concurrency) checkOfRun(concurrency.group, ["concurrency", "group"], args_schema, source);
  if (run_name !== undefined) checkOfRun(run_name, ["run_name"], args_schema, source, RUN_NAME_ROOTS);
  checkWorkspace(head, source);
  const on = head.on && compileTriggers(head.on, args_schema, source);
  return {
    ...{ name, description, phases, args_schema, is_template, env, secrets },
    ...(run_name === undefined ? {} : { run_name }),
    ...(concurrency ? { concurrency } : {}),
    ...workspaceOf(head),
    ...(on ? { on } : {}),
    ...(head.network === "none" ? { network: head.network } : {}),
    ...(head.budget ? { budget: budgetOf(head.budget) } : {}),
    shell,
  };
}

function budgetOf({ time, ...limits }: NonNullable<DefinitionShape["budget"]>): Budget {
  return { ...limits, ...(time === undefined ? {} : { time_ms: time }) };
}

/** Compiles a step whose fields are right one by one; fills in all defaults. */
export function compileStep(
  step: StepShape,
  {
    env,
    secrets,
    shell: shared,
    phase,
    needs,
  }: {
    env: Record<string, string>;
    secrets: string[];
    shell: string | undefined;
    phase: string;
    needs: string[];
  },
): CompiledStep {
  const retry = "retry" in step ? step.retry : undefined;
  const base = {
    id: step.id,
    name: step.name ?? step.id,
    phase,
    needs,
    ...(step.needs ? { needs_named: true as const } : {}),
    if: step.if === undefined ? null : String(step.if).trim(),
    continue_on_error: step.continue_on_error,
    timeout_ms: step.timeout ?? (step.type === "approval" ? APPROVAL_TIMEOUT_MS : DEFAULT_TIMEOUT_MS),
    retry: {
      attempts: retry?.attempts ?? 1,
      delay_ms: retry?.delay ?? 0,
      backoff: retry?.backoff ?? ("constant" as const),
    },
    env,
    ...(secrets.length > 0 ? { secrets } : {}),
    ...("snapshot" in step && !step.snapshot ? { snapshot: false as const } : {}),
  };
  switch (step.type) {
    case "script": {
      const shell = step.shell ?? shared;
      return { ...base, kind: "script", run: step.run, ...(shell ? { shell } : {}), ...folderOf(step) };
    }
    case "function":
      return { ...base, kind: "function" };
    case "agent":
      return { ...base, kind: "agent", agent: step.agent, prompt: step.prompt, ...folderOf(step) };
    case "approval":
      return {
        ...base,
        ...(step.form ? { form: step.form } : {}),
        kind: "approval",
        prompt: step.prompt,
        approvers: step.approvers,
        ...(step.rework !== undefined || step.request_changes
          ? { changes: { rework: step.rework ?? null, rounds: step.rounds } }
          : {}),
      };
  }
}

const folderOf = (step: { working_directory?: string | undefined; artifacts: string[] }) => ({
  working_directory: step.working_directory ?? null,
  artifacts: step.artifacts,
});

function checkPhases(phases: string[], { report }: YamlSource): void {
  const seen = new Set<string>();
  phases.forEach((phase, index) => {
    if (seen.has(phase.toLowerCase())) report(["phases", index], `the phase "${phase}" is there twice`);
    seen.add(phase.toLowerCase());
  });
}

/** Checks the step that an approval sends the run back to. `ordered`: the steps in their order, null where they have none. */
function checkRework(
  { id, rework, request_changes }: Extract<StepShape, { type: "approval" }>,
  index: number,
  ordered: CompiledStep[] | null,
  { report }: YamlSource,
): void {
  if (request_changes !== undefined)
    report(["steps", index, "request_changes"], "only for approve in TypeScript; here rework names a step");
  if (rework === undefined || !ordered) return;
  const ids = ordered.map((step) => step.id);
  const before = ids.slice(0, ids.indexOf(id));
  if (before.includes(rework)) return;
  const known = before.length > 0 ? `it may be one of ${before.join(", ")}` : "it is the first step";
  const fault = ids.includes(rework) ? "has to be a step before it" : `there is no step "${rework}"`;
  report(["steps", index, "rework"], `${fault}${didYouMean(rework, before) || `; ${known}`}`);
}

/** Checks what a form is made from: the run's args, or an approval's answer. */
function checkSchema(
  schema: Record<string, unknown> | null,
  path: (string | number)[],
  { report }: YamlSource,
): void {
  if (!schema) return;
  const result = compileArgsSchema(schema);
  if (!result.ok) {
    for (const fault of result.faults) report([...path, ...fault.path], fault.message);
    return;
  }
  const properties = Object.entries((schema.properties ?? {}) as Record<string, unknown>);
  const defaults = properties.flatMap(([name, property]) =>
    typeof property === "object" && property !== null && "default" in property
      ? [[name, property.default] as const]
      : [],
  );
  const checked = checkArgs(schema, Object.fromEntries(defaults));
  if (checked.ok) return;
  for (const [name] of defaults) {
    const fault = checked.faults.find(({ path }) => path === `args.${name}`);
    if (fault) report([...path, "properties", name, "default"], fault.message);
  }
}

function checkIds(steps: StepShape[], { report }: YamlSource): void {
  const first = new Map<string, number>();
  steps.forEach((step, index) => {
    const before = first.get(step.id);
    if (before === undefined) first.set(step.id, index);
    else report(["steps", index, "id"], `"${step.id}" is the id of steps[${before}] already`);
  });
}

function phaseOf(step: StepShape, index: number, phases: string[], { report }: YamlSource): string {
  const [only] = phases;
  if (step.phase === undefined) {
    if (phases.length === 1 && only !== undefined) return only;
    report(["steps", index], `phase is missing; expected one of ${phases.join(", ")}`);
  } else if (!phases.includes(step.phase)) {
    const hint = didYouMean(step.phase, phases) || `; phases are ${phases.join(", ")}`;
    report(["steps", index, "phase"], `there is no phase ${describeValue(step.phase)}${hint}`);
  }
  return step.phase ?? "";
}

function needsOf(step: StepShape, index: number, steps: StepShape[], { report }: YamlSource): string[] {
  const before = steps[index - 1];
  if (!step.needs) return before ? [before.id] : [];
  const ids = steps.map(({ id }) => id);
  step.needs.forEach((id, position) => {
    const path = ["steps", index, "needs", position];
    if (id === step.id) report(path, "a step cannot need itself");
    else if (!ids.includes(id)) report(path, `there is no step "${id}"${didYouMean(id, ids)}`);
  });
  return [...new Set(step.needs)];
}

/** A mapping of variables as texts; faults are reported at `path`. */
export function envOf(
  env: Record<string, string | number | boolean>,
  path: (string | number)[],
  { report, textOf }: YamlSource,
): Record<string, string> {
  const names = Object.keys(env);
  if (names.length > MAX_ENV) report(path, `expected at most ${MAX_ENV} variables, found ${names.length}`);
  return Object.fromEntries(
    Object.entries(env).map(([name, value]) => {
      const here = [...path, name];
      const text = typeof value === "string" ? value : (textOf(here) ?? String(value));
      if (!ENV_NAME.test(name)) {
        report(path, "expected a name of letters, digits and _, not beginning with a digit", { key: name });
      } else if (name.startsWith("PHASEBOARD_")) {
        report(path, "names that begin with PHASEBOARD_ are set by Phaseboard itself", { key: name });
      }
      const lossy = typeof value === "number" && textOf(here) === null ? numberFault(value) : null;
      if (lossy) report(here, `${value} ${lossy}`);
      if (text.length > MAX_ENV_VALUE) report(here, "expected at most 32768 characters");
      return [name, text];
    }),
  );
}

/**
 * Checks names of secrets. A secret becomes the variable of its name, so the name must be valid and not set otherwise.
 */
export function checkSecrets(
  names: string[],
  env: Record<string, string>,
  path: (string | number)[],
  { report }: YamlSource,
): void {
  names.forEach((name, position) => {
    const here = [...path, position];
    if (!ENV_NAME.test(name)) {
      report(here, "expected a name of letters, digits and _, not beginning with a digit");
    } else if (name.startsWith("PHASEBOARD_")) {
      report(here, "names that begin with PHASEBOARD_ are set by Phaseboard itself");
    } else if (Object.hasOwn(env, name)) report(here, `"${name}" is set in env already`);
    else if (names.indexOf(name) < position) report(here, `"${name}" is there twice`);
  });
}

/** Reports paths that leave the project, as far as they are written without expressions. */
function checkPaths(step: StepShape, index: number, { report }: YamlSource): void {
  if (!("artifacts" in step)) return;
  if (step.working_directory !== undefined && isOutside(step.working_directory)) {
    report(["steps", index, "working_directory"], foundOutside(step.working_directory));
  }
  step.artifacts.forEach((glob, position) => {
    if (isOutside(glob)) report(["steps", index, "artifacts", position], foundOutside(glob));
  });
  if (step.artifacts.length > 0 && step.artifacts.every((glob) => glob.startsWith("!"))) {
    report(["steps", index, "artifacts"], "expected a path or a glob beside what ! leaves out");
  }
}
