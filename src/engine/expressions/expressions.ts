/**
 * The expressions of definitions: CEL over `args`, `steps`, `run` and `project`, or over a webhook's delivery. They
 * only compute a value: there are no loops and only a few functions. The cost is bounded by the expression and the
 * values it names.
 */

import type { StepStatus } from "../../model/states";
import { environment, FAILURE, ROOTS, translate } from "./language";
import { type References, visit } from "./names";
import { ExpressionError, quoteStepIds, shorten, splitTemplate } from "./template";
import { MAX_RESULT_LENGTH, toLanguage, toText, withNulls } from "./values";

export { DELIVERY_ROOTS } from "./language";
export { ExpressionError };

/** What an expression can see, as JSON. */
export interface ExpressionScope {
  args: Record<string, unknown>;
  steps: Record<string, { status: StepStatus; output: unknown; attempt: number }>;
  run: { id: string; name: string; number: number };
  project: { id: string; name: string; slug: string };
  /** Only in a step's `if`: whether a step that it waits for has failed. */
  failure?: boolean;
}

const MAX_EXPRESSION_LENGTH = 1_000;

/** What an expression reads. */
export interface ExpressionReferences {
  /** Ids of the steps it reads, each once. */
  steps: string[];
  /** Args it reads by name, each once. */
  args: string[];
  /** Facts of the run that it reads, each once. */
  run: string[];
}

/**
 * Checks an expression without evaluating it; the text is what stands between `${{` and `}}`. Throws
 * `ExpressionError` that says what is wrong with it.
 */
export function checkExpression(
  expression: string,
  { roots = ROOTS, isCondition = false }: { roots?: readonly string[]; isCondition?: boolean } = {},
): ExpressionReferences {
  const { parsed, references } = parse(expression, roots, isCondition);
  const { valid, error } = parsed.check();
  if (!valid) throw translate(error, expression);
  const readOf = (root: string) => [...(references.read.get(root) ?? [])];
  return { steps: [...references.steps], args: readOf("args"), run: readOf("run") };
}

/** Ids of the steps that an expression names, each once. Throws `ExpressionError` where it cannot be read. */
export function stepsRead(expression: string): string[] {
  return [...parse(expression, ROOTS, false).references.steps];
}

/**
 * Replaces every `${{ expression }}` of a text by its value: null by nothing, lists and objects by JSON.
 * Throws `ExpressionError` where one cannot be computed or the result passes 256 KB.
 */
export function interpolate(template: string, scope: ExpressionScope): string {
  let result = "";
  for (const part of splitTemplate(template)) {
    result += "text" in part ? part.text : toText(evaluate(part.expression, scope));
    if (result.length > MAX_RESULT_LENGTH) throw new ExpressionError("the text would pass 256 KB");
  }
  return result;
}

/** The value of a condition, written with or without `${{ }}`. Throws `ExpressionError` unless it is a boolean. */
export function evaluateCondition(expression: string, scope: ExpressionScope): boolean {
  const bare = conditionOf(expression);
  return asCondition(bare, evaluate(bare, scope, true));
}

/** Whether a condition calls `always()` or `failure()`, so that it is evaluated even after a failure. */
export function decidesAfterFailure(expression: string): boolean {
  try {
    return parse(conditionOf(expression), ROOTS, true).references.asksStatus;
  } catch (error) {
    // The fault is reported where the condition is evaluated.
    if (error instanceof ExpressionError) return false;
    throw error;
  }
}

/** The boolean that a condition gave. Throws `ExpressionError` where it gave anything else. */
export function asCondition(bare: string, value: unknown): boolean {
  if (typeof value === "boolean") return value;
  const found = shorten(typeof value === "string" ? JSON.stringify(value) : toText(value) || "null", 40);
  throw new ExpressionError(`a condition must be true or false, "${shorten(bare)}" is ${found}`);
}

/** The expression of a condition, without `${{ }}` around it. Throws `ExpressionError` where there is other text. */
export function conditionOf(condition: string): string {
  const parts = splitTemplate(condition.trim());
  const [only] = parts;
  if (parts.length === 1 && only) return "expression" in only ? only.expression : only.text;
  throw new ExpressionError("a condition is one expression, with no text around it");
}

function evaluate(expression: string, scope: ExpressionScope, isCondition = false): unknown {
  return evaluateWith(expression, ROOTS, (references) => contextOf(scope, references), isCondition);
}

/** The value of an expression over `roots`, whose values `contextFor` gives. Throws `ExpressionError`. */
export function evaluateWith(
  expression: string,
  roots: readonly string[],
  contextFor: (references: References) => Record<string, unknown>,
  isCondition = false,
): unknown {
  const { parsed, references } = parse(expression, roots, isCondition);
  try {
    return parsed(contextFor(references));
  } catch (error) {
    throw translate(error, expression);
  }
}

/** Converts only values that the expression names, so that other steps' large outputs cost nothing. */
function contextOf(scope: ExpressionScope, references: References): Record<string, unknown> {
  const steps = new Map<string, unknown>();
  for (const id of references.steps) {
    const step = Object.hasOwn(scope.steps, id) ? scope.steps[id] : undefined;
    if (!step) continue;
    // An output that was not left reads as null, and `has()` is false for it.
    const { output, ...facts } = step;
    const given = toLanguage(output === null ? facts : step);
    steps.set(id, withNulls(given, ["output"]));
  }
  const args = withNulls(toLanguage(scope.args), references.read.get("args") ?? []);
  const [run, project] = [toLanguage(scope.run), toLanguage(scope.project)];
  return { args, steps, run, project, [FAILURE]: scope.failure ?? false };
}

function parse(expression: string, roots: readonly string[], isCondition: boolean) {
  if (expression.trim() === "") throw new ExpressionError("the expression is empty");
  if (expression.length > MAX_EXPRESSION_LENGTH) {
    throw new ExpressionError(`an expression may have ${MAX_EXPRESSION_LENGTH} characters`);
  }
  const references: References = { roots, isCondition, steps: new Set(), read: new Map(), asksStatus: false };
  try {
    const parsed = environment.parse(quoteStepIds(expression));
    visit(parsed.ast, references);
    return { parsed, references };
  } catch (error) {
    throw translate(error, expression);
  }
}
