/** CEL with the behaviour that users of JSON and YAML expect, within limits of time and memory. */
import { type ASTNode, Environment } from "@marcbachmann/cel-js";
import { SafeRegExp, SafeRegExpError } from "../../lib/safe-regexp";
import { registerSearch, SEARCH_METHODS } from "./search";
import { ExpressionError, shorten } from "./template";
import { isReachable, join, quotient, remainder, toText } from "./values";

export const ROOTS = ["args", "steps", "run", "project"];
export const DELIVERY_ROOTS = ["body", "headers", "query"];
/** The variable that replaces a call of `failure()`. */
export const FAILURE = "failure_before";

const MAX_PATTERN_TEXT = 64 * 1024;

/** Our methods replace the library's, which have no limits or count in other units. */
export const OWN_METHODS: Record<string, string> = {
  matches: "matchesLinear",
  join: "joinBounded",
  ...SEARCH_METHODS,
};

export const environment = makeEnvironment();

function makeEnvironment(): Environment {
  const env = new Environment({
    homogeneousAggregateLiterals: false,
    limits: { maxAstNodes: 200, maxDepth: 32, maxListElements: 100, maxMapEntries: 100, maxCallArguments: 8 },
  });
  for (const root of [...ROOTS, ...DELIVERY_ROOTS]) {
    env.registerVariable(root, root === "body" ? "dyn" : "map<string, dyn>");
  }
  env.registerVariable(FAILURE, "bool");
  // JSON has one type of number, so int and double can be mixed.
  for (const [left, right] of [
    ["int", "double"],
    ["double", "int"],
  ]) {
    env.registerOperator(`${left} + ${right}`, (a: number, b: number) => Number(a) + Number(b));
    env.registerOperator(`${left} - ${right}`, (a: number, b: number) => Number(a) - Number(b));
    env.registerOperator(`${left} * ${right}`, (a: number, b: number) => Number(a) * Number(b));
    env.registerOperator(`${left} % ${right}: double`, remainder);
  }
  env.registerOperator("double % double: double", remainder);
  // The library already has `double == int`.
  env.registerOperator("int == double: bool", (a: number, b: number) => Number(a) === Number(b));
  // `+` with a text and another value joins them as text, as a template does.
  for (const type of ["int", "double", "bool", "null", "list", "map"]) {
    env.registerOperator(`string + ${type}: string`, (a: string, b: unknown) => a + toText(b));
    env.registerOperator(`${type} + string: string`, (a: unknown, b: string) => toText(a) + b);
  }
  // `in` over an arg that was not given is false.
  env.registerOperator("dyn in null: bool", () => false);
  env.registerFunction("quotient(dyn, dyn): dyn", quotient);
  env.registerFunction("reachable(dyn, list): bool", isReachable);
  env.registerFunction("string.matchesLinear(string): bool", (text: string, pattern: string) => {
    if (text.length > MAX_PATTERN_TEXT) throw new ExpressionError("matches() takes texts up to 64 KB");
    return new SafeRegExp(pattern).test(text);
  });
  env.registerFunction("list.joinBounded(): string", (list: unknown[]) => join(list, ""));
  env.registerFunction("list.joinBounded(string): string", join);
  registerSearch(env);
  return env;
}

/** Makes the library evaluate `other` in the place of `node`; messages keep the place of `node`. */
function standFor(node: ASTNode, other: ASTNode): void {
  // The method is public in the library and missing in its types.
  (node as unknown as { setMeta(key: "alternate", other: ASTNode): void }).setMeta("alternate", other);
}

const call = (text: string) => environment.parse(text).ast as Extract<ASTNode, { op: "call" }>;

/** Makes `/` a division of real numbers: 3 / 2 is 1.5. */
export function readAsQuotient(node: Extract<ASTNode, { op: "/" }>): void {
  const other = call("quotient(0, 0)");
  other.args[1].splice(0, 2, ...node.args);
  standFor(node, other);
}

/** Makes `has(root.name[index])` tell whether all of `keys` exist, one inside the other. */
export function readAsReachable(node: ASTNode, root: ASTNode, keys: (string | ASTNode)[]): void {
  const other = call("reachable(0, [0])");
  const [, list] = other.args[1] as [ASTNode, Extract<ASTNode, { op: "list" }>];
  list.args.splice(
    0,
    1,
    ...keys.map((key) => (typeof key === "string" ? environment.parse(JSON.stringify(key)).ast : key)),
  );
  other.args[1].splice(0, 1, root);
  standFor(node, other);
}

/** Gives `always()` and `failure()` their meaning. */
export function readAsStatus(node: ASTNode, name: "always" | "failure"): void {
  standFor(node, environment.parse(name === "always" ? "true" : FAILURE).ast);
}

const TYPES: Record<string, string> = {
  string: "text",
  int: "number",
  uint: "number",
  double: "number",
  bool: "true or false",
  null: "null",
  map: "a mapping",
  list: "a list",
};

/** A type of the library in words: `dyn<string>`, `list<dyn>`. */
function inWords(type: string): string {
  const bare = type.replace(/^dyn<(.*)>$/, "$1");
  return TYPES[bare.replace(/<.*$/, "")] ?? "a value";
}

/** Turns an error of the library into an `ExpressionError`. Its summary is used: its message draws the line of code. */
export function translate(error: unknown, expression: string): ExpressionError {
  const where = `in "${shorten(expression)}"`;
  if (error instanceof ExpressionError || error instanceof SafeRegExpError) {
    return error.message.endsWith(where)
      ? new ExpressionError(error.message)
      : new ExpressionError(`${error.message}, ${where}`);
  }
  const summary =
    typeof error === "object" && error !== null && "summary" in error ? String(error.summary) : String(error);
  const message = overloadFault(summary) ?? `${summary.charAt(0).toLowerCase()}${summary.slice(1)}`;
  return new ExpressionError(`${message}, ${where}`);
}

/** A sentence with the mend for the library's "no such overload"; null for any other message. */
function overloadFault(summary: string): string | null {
  const method = /^found no matching overload for '(?:(.+?)\.)?(\w+)\((.*)\)'$/.exec(summary);
  if (method) {
    const [, receiver, own = "", given = ""] = method;
    if (own === "quotient") return overloadFault(`no such overload: ${given.replace(", ", " / ")}`);
    const name = Object.keys(OWN_METHODS).find((known) => OWN_METHODS[known] === own) ?? own;
    const types = given === "" ? "nothing" : given.split(", ").map(inWords).join(" and ");
    return `no such overload: ${name}() is not for ${types}${receiver ? ` on ${inWords(receiver)}` : ""}`;
  }
  const binary = /^no such overload: (.+?) ([=!<>]=|[-+*/%<>]|in|&&|\|\|) (.+)$/.exec(summary);
  const [, left = "", operator = "", right = ""] = binary ?? [];
  if (!binary) {
    const unary = /^no such overload: ([!-])(\S+)$/.exec(summary);
    return unary && `no such overload: ${unary[1]} is not for ${inWords(unary[2] ?? "")}`;
  }
  const words = [inWords(left), inWords(right)];
  const what = `no such overload: ${operator} is not for ${words.join(" and ")}`;
  if (words.includes("null")) return `${what}; what was not given is null, which has() and == null tell`;
  if (operator === "in" && words[1] === "text") return `${what}; use contains() to look in a text`;
  if (operator === "in" && words[1] === "a list")
    return `${what} of other values; write all in one kind, as 1.0 beside 1.5`;
  if (operator === "in") return `${what}; it looks in a list or among the names of a mapping`;
  if (words[0] !== words[1] && words.includes("text"))
    return `${what}; int(), double() and string() turn one into the other`;
  if (words[0] === words[1] && /^[=!]=$/.test(operator))
    return `${what} of other values; compare what is of one kind`;
  return what;
}
