import { didYouMean } from "../../lib/suggest";
import { checkExpression, conditionOf, ExpressionError } from "../expressions/expressions";
import { expressionsOf } from "../expressions/template";
import type { PathSegment } from "./faults";
import { expressionsOfRun, mendOfRun } from "./mend-of-run";
import { GROUP_ROOTS } from "./text-of-run";
import type { CompiledStep, JsonSchema } from "./types";
import type { YamlSource } from "./yaml-document";
import type { DefinitionShape, StepShape } from "./yaml-shape";

interface Checked {
  head: DefinitionShape;
  steps: StepShape[];
  /** The steps in running order; null where they wait for each other in a circle. */
  ordered: CompiledStep[] | null;
}

/** Reports expressions in forbidden places, malformed ones, and those that read a step that has not ended by then. */
export function checkExpressions({ head, steps, ordered }: Checked, yaml: YamlSource): void {
  const args = namedArgs(head.args_schema);
  const known = steps.map(({ id }) => id);
  const before = ordered && stepsBefore(ordered);

  const check = (
    expression: string,
    path: PathSegment[],
    index: number,
    step?: StepShape,
    isCondition = false,
  ) => {
    const at = offsetAt(yaml.expressionOffset(path, index));
    const fault = (message: string) => yaml.report(path, message, at);
    const references = read(() => checkExpression(expression, { isCondition }), path, yaml, at);
    for (const id of references?.steps ?? []) {
      if (!known.includes(id)) fault(`there is no step "${id}"${didYouMean(id, known)}`);
      else if (!step) fault(`the env of every step cannot use steps; move it to a step after "${id}"`);
      else if (before && !before.get(step.id)?.has(id)) {
        fault(`step "${id}" need not have ended before "${step.id}"; add it to needs`);
      }
    }
    for (const name of unknownArgs(references?.args ?? [], args)) fault(noArg(name, args));
  };
  const checkText = (text: string | undefined, path: PathSegment[], step?: StepShape) => {
    const expressions = read(() => expressionsOf(text ?? ""), path, yaml);
    expressions?.forEach((expression, index) => {
      check(expression, path, index, step);
    });
  };

  for (const [name, value] of Object.entries(head.env)) checkText(String(value), ["env", name]);
  steps.forEach((step, index) => {
    const at = (...rest: PathSegment[]) => ["steps", index, ...rest];
    refuseElsewhere(step, head, at(), yaml);
    if (step.if !== undefined) {
      const condition = read(() => conditionOf(String(step.if)), at("if"), yaml);
      if (condition !== null) check(condition, at("if"), 0, step, true);
    }
    if ("env" in step) {
      for (const [name, value] of Object.entries(step.env)) checkText(String(value), at("env", name), step);
    }
    if ("prompt" in step) checkText(step.prompt, at("prompt"), step);
    if ("artifacts" in step) {
      checkText(step.working_directory, at("working_directory"), step);
      step.artifacts.forEach((glob, position) => {
        checkText(glob, at("artifacts", position), step);
      });
    }
  });
}

/** Checks the run's name and group. They are computed before the run exists, so only args and project can be read. */
export function checkOfRun(
  text: string,
  path: PathSegment[],
  args_schema: JsonSchema | null,
  yaml: YamlSource,
  roots: readonly string[] = GROUP_ROOTS,
): void {
  const known = namedArgs(args_schema);
  const expressions = read(() => expressionsOf(text), path, yaml) ?? [];
  expressions.forEach((expression, index) => {
    const at = offsetAt(yaml.expressionOffset(path, index));
    const references = read(() => checkExpression(expression, { roots }), path, yaml, at);
    if (references?.run.includes("name"))
      yaml.report(path, "run.name is what this gives; run.number and run.id are there by then", at);
    for (const name of unknownArgs(references?.args ?? [], known)) yaml.report(path, noArg(name, known), at);
  });
}

/** The names that are none of the args; empty where the schema allows others. */
export const unknownArgs = (names: string[], known: Set<string> | null) =>
  known ? names.filter((name) => !known.has(name)) : [];

export const noArg = (name: string, known: Set<string> | null) =>
  `args_schema names no "${name}"${didYouMean(name, known ?? [])}`;

export const offsetAt = (offset: number | undefined) => (offset === undefined ? {} : { offset });

/** The value of `parse`; null after its error was reported, at a place in the text where `at` has one. */
export function read<T>(
  parse: () => T,
  path: PathSegment[],
  { report }: YamlSource,
  at: { offset?: number } = {},
): T | null {
  try {
    return parse();
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error;
    report(path, error.message, at);
    return null;
  }
}

/** Reports expressions in commands, where a value would be shell text, and in what is the same in every run. */
function refuseElsewhere(
  step: StepShape,
  head: DefinitionShape,
  path: PathSegment[],
  yaml: YamlSource,
): void {
  for (const field of ["name", "agent"] as const) {
    const text = (step as Partial<Record<typeof field, string>>)[field];
    if (!text?.includes("${{")) continue;
    const here = [...path, field];
    const message = "${{ }} is not possible here; it is in env, if, prompt, working_directory and artifacts";
    yaml.report(here, message, offsetAt(yaml.expressionOffset(here, 0)));
  }
  if (!("run" in step) || !step.run.includes("${{")) return;
  const names = [...Object.keys(head.env), ...head.secrets, ...Object.keys(step.env), ...step.secrets];
  const [here, taken] = [[...path, "run"], new Set(names)];
  const expressions = expressionsOfRun(step.run);
  // A `${{` without its end is refused too.
  for (const index of expressions.length === 0 ? [0] : expressions.keys()) {
    const isAgain = expressions.slice(0, index).includes(expressions[index] ?? "");
    const offset = offsetAt(yaml.expressionOffset(here, index));
    if (!isAgain) yaml.report(here, mendOfRun(step.run, expressions[index], taken), offset);
  }
}

/** Names of the args where the schema lists all of them; null where it allows others. */
export function namedArgs(schema: JsonSchema | null): Set<string> | null {
  if (!schema || typeof schema.properties !== "object" || schema.properties === null) return null;
  const open = ["additionalProperties", "patternProperties", "$ref", "allOf", "anyOf", "oneOf", "if"].some(
    (keyword) => schema[keyword] !== undefined && schema[keyword] !== false,
  );
  return open ? null : new Set(Object.keys(schema.properties));
}

/** For each step, the ids of all steps that have ended before it starts. */
function stepsBefore(ordered: CompiledStep[]): Map<string, Set<string>> {
  const before = new Map<string, Set<string>>();
  for (const step of ordered) {
    const all = new Set(step.needs);
    for (const id of step.needs) for (const earlier of before.get(id) ?? []) all.add(earlier);
    before.set(step.id, all);
  }
  return before;
}
