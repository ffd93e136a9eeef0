/** Checks the names in an expression by one walk over its tree, before it is evaluated. */
import type { ASTNode } from "@marcbachmann/cel-js";
import { didYouMean } from "../../lib/suggest";
import { unknownName } from "./hints";
import { OWN_METHODS, readAsQuotient, readAsReachable, readAsStatus } from "./language";
import { ExpressionError } from "./template";

export const FIELDS = {
  run: ["id", "name", "number"],
  project: ["id", "name", "slug"],
  step: ["status", "output", "attempt"],
} as const;
/** Maps in which a missing name reads as null. */
const OPEN_MAPS = ["args", "headers", "query"];
export const FUNCTIONS = ["size", "int", "double", "string", "bool", "has"];
export const STATUS_FUNCTIONS = ["always", "failure"] as const;
const METHODS = [
  ...["size", "startsWith", "endsWith", "contains", "lowerAscii", "upperAscii", "trim", "indexOf"],
  ...["lastIndexOf", "substring", "matches", "split", "join"],
];

export interface References {
  roots: readonly string[];
  /** True for the `if` of a step, where `always()` and `failure()` are allowed. */
  isCondition: boolean;
  steps: Set<string>;
  /** Names that are read from each open map and from `run`. */
  read: Map<string, Set<string>>;
  /** True where `always()` or `failure()` is called. */
  asksStatus: boolean;
}

/** Walks the tree: refuses unknown names, functions and literals, and collects the names that are read. */
export function visit(node: ASTNode, references: References): void {
  switch (node.op) {
    case "value":
      refuseLiteral(node.args);
      return;
    case "id":
      refuseUnknownRoot(node.args, null, references.roots);
      if (node.args === "steps")
        throw new ExpressionError("steps needs the id of a step, as in steps.build.output");
      return;
    case ".":
      visitAccess(node.args[0], node.args[1], references);
      return;
    case "[]": {
      const [base, index] = node.args;
      const key = index.op === "value" && typeof index.args === "string" ? index.args : null;
      if (key === null) visit(index, references);
      visitAccess(base, key, references);
      return;
    }
    case "call":
      visitCall(node, references);
      return;
    case "rcall": {
      const [name, receiver, args] = node.args;
      refuseUnless(name, METHODS, "method");
      for (const arg of [receiver, ...args]) visit(arg, references);
      node.args[0] = OWN_METHODS[name] ?? name;
      return;
    }
    case "!_":
    case "-_":
      visit(node.args, references);
      return;
    case "map":
      for (const arg of node.args.flat()) visit(arg, references);
      return;
    case ".?":
    case "[?]":
      throw new ExpressionError("optional access is not part of this language; use has()");
    case "-":
      refuseHyphen(node, references.roots);
      for (const arg of node.args) visit(arg, references);
      return;
    case "/":
      for (const arg of node.args) visit(arg, references);
      readAsQuotient(node);
      return;
    default:
      for (const arg of node.args) visit(arg, references);
  }
}

function visitCall(node: Extract<ASTNode, { op: "call" }>, references: References): void {
  const [name, args] = node.args;
  const status = STATUS_FUNCTIONS.find((known) => known === name);
  if (status) {
    if (!references.isCondition) throw new ExpressionError(`${name}() can stand in the if of a step alone`);
    if (args.length > 0) throw new ExpressionError(`${name}() takes nothing`);
    references.asksStatus = true;
    readAsStatus(node, status);
    return;
  }
  if (references.isCondition && (name === "success" || name === "cancelled")) {
    throw new ExpressionError(
      name === "success"
        ? "there is no success(): without always() or failure() a step runs only where nothing before it failed"
        : "there is no cancelled(): a cancel skips every step",
    );
  }
  refuseUnless(name, references.isCondition ? [...FUNCTIONS, ...STATUS_FUNCTIONS] : FUNCTIONS, "function");
  for (const arg of args) visit(arg, references);
  if (name !== "has") return;
  const [arg] = args;
  const { root, keys } = arg ? pathOf(arg) : { root: null, keys: [] };
  if (args.length !== 1 || root?.op !== "id" || keys.length === 0)
    throw new ExpressionError(
      "has() takes a name with what leads to it, as in has(steps.build.output.version)",
    );
  readAsReachable(node, root, keys);
}

/** Splits `a.b[c]` into its root `a` and its keys. */
function pathOf(node: ASTNode): { root: ASTNode; keys: (string | ASTNode)[] } {
  if (node.op !== "." && node.op !== "[]") return { root: node, keys: [] };
  const { root, keys } = pathOf(node.args[0]);
  return { root, keys: [...keys, node.args[1]] };
}

/** Refuses literals that JSON does not have, such as bytes. */
function refuseLiteral(value: unknown): void {
  if (value instanceof Uint8Array)
    throw new ExpressionError("bytes are not part of this language; write the text without b");
  if (typeof value === "object" && value !== null)
    throw new ExpressionError("a number is written without u, as in 5");
}

/** Refuses `args.dry-run`: the language reads it as a subtraction, so the name needs quotes. */
function refuseHyphen(node: Extract<ASTNode, { op: "-" }>, roots: readonly string[]): void {
  const right = firstOf(node.args[1]);
  const { root, keys } = pathOf(right.op === "rcall" ? right.args[1] : right);
  if (root.op !== "id") return;
  const isValue = keys.length > 0 || (right.op === "rcall" && right.args[0] === "size");
  if (isValue && roots.includes(root.args)) return;
  const left = hyphened(node.args[0]);
  if (left === null) return;
  const whole = `${left.name}-${root.args}`;
  const base = pathOf(left.of);
  const [first = whole] = base.keys;
  if (base.root.op === "id")
    refuseUnknownRoot(base.root.args, typeof first === "string" ? first : null, roots);
  throw new ExpressionError(
    `a name with - in it is written in quotes, ["${whole}"] for .${whole}; without them - subtracts`,
  );
}

/** The leftmost operand of `a * b`, since the language groups that before a subtraction. */
function firstOf(node: ASTNode): ASTNode {
  return node.op === "*" || node.op === "/" || node.op === "%" ? firstOf(node.args[0]) : node;
}

/** The last name of a chain such as `a.b`, `!a.b`, `1 + a.b` or `a.b - c`, which a following hyphen may continue. */
function hyphened(node: ASTNode): { name: string; of: ASTNode } | null {
  switch (node.op) {
    case ".":
      return { name: node.args[1], of: node.args[0] };
    case "[]": {
      const [of, key] = node.args;
      return key.op === "value" && typeof key.args === "string" ? { name: key.args, of } : null;
    }
    case "!_":
    case "-_":
      return hyphened(node.args);
    case "+":
    case "*":
    case "/":
    case "%":
      return hyphened(node.args[1]);
    case "-": {
      const [left, right] = node.args;
      const isPart = right.op === "id" || (right.op === "value" && typeof right.args === "bigint");
      if (!isPart) return hyphened(right);
      const before = hyphened(left);
      return before && { ...before, name: `${before.name}-${right.args}` };
    }
    default:
      return null;
  }
}

function refuseUnknownRoot(name: string, key: string | null, roots: readonly string[]): void {
  if (!roots.includes(name)) throw new ExpressionError(unknownName(name, key, roots));
}

/** `base.key`, or `base[…]` with a computed key (null). */
function visitAccess(base: ASTNode, key: string | null, references: References): void {
  if (base.op === "id") refuseUnknownRoot(base.args, key, references.roots);
  if (base.op === "id" && base.args === "steps") {
    if (key === null)
      throw new ExpressionError('steps needs the id of a step in quotes, as in steps["build"]');
    references.steps.add(key);
    return;
  }
  if (base.op === "id" && OPEN_MAPS.includes(base.args) && key !== null) {
    references.read.set(base.args, (references.read.get(base.args) ?? new Set()).add(key));
    return;
  }
  if (key !== null) refuseUnknownField(base, key);
  if (key !== null && base.op === "id" && base.args === "run")
    references.read.set("run", (references.read.get("run") ?? new Set()).add(key));
  visit(base, references);
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
