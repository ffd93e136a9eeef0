/**
 * The expressions of definitions: CEL over `args`, `steps`, `run` and `project`, or over what a webhook was
 * sent. It computes a value and nothing else: no loops, no calls but a short list of functions on text,
 * numbers and lists, and work that is bounded by the length of the expression and of the values it names.
 */
import { type ASTNode, Environment } from "@marcbachmann/cel-js";
import { SafeRegExp, SafeRegExpError } from "../lib/safe-regexp";
import { didYouMean } from "../lib/suggest";
import { registerSearch, SEARCH_METHODS } from "./expressions-search";
import { ExpressionError, quoteStepIds, shorten, splitTemplate } from "./expressions-template";
import { join, MAX_RESULT_LENGTH, toLanguage, toText } from "./expressions-values";
import type { StepStatus } from "./states";

export { ExpressionError };

/** What an expression can see, as JSON. */
export interface ExpressionScope {
  args: Record<string, unknown>;
  steps: Record<string, { status: StepStatus; output: unknown; attempt: number }>;
  run: { id: string; name: string };
  project: { id: string; name: string; slug: string };
}

const FIELDS = {
  run: ["id", "name"],
  project: ["id", "name", "slug"],
  step: ["status", "output", "attempt"],
} as const;
const ROOTS = ["args", "steps", "run", "project"];
export const DELIVERY_ROOTS = ["body", "headers", "query"];
/** Maps in which a name that was not given reads as null. */
const OPEN_MAPS = ["args", "headers", "query"];
const FUNCTIONS = ["size", "int", "double", "string", "bool", "has"];
const METHODS = [
  ...["size", "startsWith", "endsWith", "contains", "lowerAscii", "upperAscii", "trim", "indexOf"],
  ...["lastIndexOf", "substring", "matches", "split", "join"],
];

const MAX_EXPRESSION_LENGTH = 1_000;
const MAX_PATTERN_TEXT = 64 * 1024;

/** Ours take the place of the library's, which take time or room without bound. */
const OWN_METHODS: Record<string, string> = {
  matches: "matchesLinear",
  join: "joinBounded",
  ...SEARCH_METHODS,
};

const environment = makeEnvironment();

function makeEnvironment(): Environment {
  const env = new Environment({
    homogeneousAggregateLiterals: false,
    limits: { maxAstNodes: 200, maxDepth: 32, maxListElements: 100, maxMapEntries: 100, maxCallArguments: 8 },
  });
  for (const root of [...ROOTS, ...DELIVERY_ROOTS]) {
    env.registerVariable(root, root === "body" ? "dyn" : "map<string, dyn>");
  }
  // JSON knows one kind of number, so whole and broken ones mix.
  for (const [left, right] of [
    ["int", "double"],
    ["double", "int"],
  ]) {
    env.registerOperator(`${left} + ${right}`, (a: number, b: number) => Number(a) + Number(b));
    env.registerOperator(`${left} - ${right}`, (a: number, b: number) => Number(a) - Number(b));
    env.registerOperator(`${left} * ${right}`, (a: number, b: number) => Number(a) * Number(b));
    env.registerOperator(`${left} / ${right}`, (a: number, b: number) => Number(a) / Number(b));
  }
  env.registerFunction("string.matchesLinear(string): bool", (text: string, pattern: string) => {
    if (text.length > MAX_PATTERN_TEXT) throw new ExpressionError("matches() takes texts up to 64 KB");
    return new SafeRegExp(pattern).test(text);
  });
  env.registerFunction("list.joinBounded(): string", (list: unknown[]) => join(list, ""));
  env.registerFunction("list.joinBounded(string): string", join);
  registerSearch(env);
  return env;
}

/** What an expression reads of a run. */
export interface ExpressionReferences {
  /** Ids of the steps it reads, each once. */
  steps: string[];
  /** Args it reads by name, each once. */
  args: string[];
}

export interface References {
  roots: readonly string[];
  steps: Set<string>;
  /** Names read of each open map. */
  read: Map<string, Set<string>>;
  /** Those asked for by `has()`: for these, not given differs from null. */
  tested: Map<string, Set<string>>;
}

/**
 * Checks an expression without evaluating it; the text is what stands between `${{` and `}}`. Throws
 * `ExpressionError` that says what is wrong with it.
 */
export function checkExpression(expression: string, roots: readonly string[] = ROOTS): ExpressionReferences {
  const { parsed, references } = parse(expression, roots);
  const { valid, error } = parsed.check();
  if (!valid) throw translate(error, expression);
  return { steps: [...references.steps], args: [...(references.read.get("args") ?? [])] };
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
  return asCondition(bare, evaluate(bare, scope));
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

function evaluate(expression: string, scope: ExpressionScope): unknown {
  return evaluateWith(expression, ROOTS, (references) => contextOf(scope, references));
}

/** The value of an expression over `roots`, whose values `contextFor` gives. Throws `ExpressionError`. */
export function evaluateWith(
  expression: string,
  roots: readonly string[],
  contextFor: (references: References) => Record<string, unknown>,
): unknown {
  const { parsed, references } = parse(expression, roots);
  try {
    return parsed(contextFor(references));
  } catch (error) {
    throw translate(error, expression);
  }
}

/** Only what the expression names is converted: a large output of another step costs nothing. */
function contextOf(scope: ExpressionScope, references: References): Record<string, unknown> {
  const steps = new Map<string, unknown>();
  for (const id of references.steps) {
    if (Object.hasOwn(scope.steps, id)) steps.set(id, toLanguage(scope.steps[id]));
  }
  const args = withNulls("args", toLanguage(scope.args), references);
  return { args, steps, run: toLanguage(scope.run), project: toLanguage(scope.project) };
}

/** An open map with null for every name that the expression reads and nobody gave. */
export function withNulls(root: string, given: unknown, { read, tested }: References): Map<string, unknown> {
  const map = new Map(given as Map<string, unknown>);
  for (const name of read.get(root) ?? []) {
    if (!tested.get(root)?.has(name) && !map.has(name)) map.set(name, null);
  }
  return map;
}

function parse(expression: string, roots: readonly string[]) {
  if (expression.trim() === "") throw new ExpressionError("the expression is empty");
  if (expression.length > MAX_EXPRESSION_LENGTH) {
    throw new ExpressionError(`an expression may have ${MAX_EXPRESSION_LENGTH} characters`);
  }
  const references: References = { roots, steps: new Set(), read: new Map(), tested: new Map() };
  try {
    const parsed = environment.parse(quoteStepIds(expression));
    visit(parsed.ast, references, false);
    return { parsed, references };
  } catch (error) {
    throw translate(error, expression);
  }
}

/** Walks the tree: refuses what is not on the lists above, and collects what is named. */
function visit(node: ASTNode, references: References, tested: boolean): void {
  switch (node.op) {
    case "value":
      return;
    case "id":
      refuseUnknownRoot(node.args, references.roots);
      if (node.args === "steps")
        throw new ExpressionError("steps needs the id of a step, as in steps.build.output");
      return;
    case ".":
      visitAccess(node.args[0], node.args[1], references, tested);
      return;
    case "[]": {
      const [base, index] = node.args;
      const key = index.op === "value" && typeof index.args === "string" ? index.args : null;
      if (key === null) visit(index, references, tested);
      visitAccess(base, key, references, tested);
      return;
    }
    case "call": {
      const [name, args] = node.args;
      refuseUnless(name, FUNCTIONS, "function");
      for (const arg of args) visit(arg, references, name === "has");
      return;
    }
    case "rcall": {
      const [name, receiver, args] = node.args;
      refuseUnless(name, METHODS, "method");
      for (const arg of [receiver, ...args]) visit(arg, references, tested);
      node.args[0] = OWN_METHODS[name] ?? name;
      return;
    }
    case "!_":
    case "-_":
      visit(node.args, references, tested);
      return;
    case "map":
      for (const arg of node.args.flat()) visit(arg, references, tested);
      return;
    case ".?":
    case "[?]":
      throw new ExpressionError("optional access is not part of this language; use has()");
    default:
      for (const arg of node.args) visit(arg, references, tested);
  }
}

function refuseUnknownRoot(name: string, roots: readonly string[]): void {
  if (roots.includes(name)) return;
  const known = roots === ROOTS ? "" : `, known here are ${roots.join(", ")}`;
  throw new ExpressionError(`unknown name "${name}"${known}${didYouMean(name, roots)}`);
}

/** `base.key`, or `base[…]` with a computed key (null). */
function visitAccess(base: ASTNode, key: string | null, references: References, tested: boolean): void {
  if (base.op === "id") refuseUnknownRoot(base.args, references.roots);
  if (base.op === "id" && base.args === "steps") {
    if (key === null)
      throw new ExpressionError('steps needs the id of a step in quotes, as in steps["build"]');
    references.steps.add(key);
    return;
  }
  if (base.op === "id" && OPEN_MAPS.includes(base.args) && key !== null) {
    for (const names of tested ? [references.read, references.tested] : [references.read]) {
      names.set(base.args, (names.get(base.args) ?? new Set()).add(key));
    }
    return;
  }
  if (key !== null) refuseUnknownField(base, key);
  visit(base, references, tested);
}

function refuseUnknownField(base: ASTNode, key: string): void {
  if (base.op === "id" && (base.args === "run" || base.args === "project")) {
    refuseUnless(key, FIELDS[base.args], `field of ${base.args}`);
  } else if (
    (base.op === "." || base.op === "[]") &&
    base.args[0].op === "id" &&
    base.args[0].args === "steps"
  ) {
    refuseUnless(key, FIELDS.step, "field of a step");
  }
}

function refuseUnless(name: string, known: readonly string[], what: string): void {
  if (!known.includes(name)) {
    throw new ExpressionError(
      `unknown ${what} "${name}", known are ${known.join(", ")}${didYouMean(name, known)}`,
    );
  }
}

/** Our error for one of the library's; its own message has a picture of the line, its summary has not. */
function translate(error: unknown, expression: string): ExpressionError {
  const where = `in "${shorten(expression)}"`;
  if (error instanceof ExpressionError || error instanceof SafeRegExpError) {
    return error.message.endsWith(where)
      ? new ExpressionError(error.message)
      : new ExpressionError(`${error.message}, ${where}`);
  }
  const summary =
    typeof error === "object" && error !== null && "summary" in error ? String(error.summary) : String(error);
  return new ExpressionError(`${summary.charAt(0).toLowerCase()}${summary.slice(1)}, ${where}`);
}
