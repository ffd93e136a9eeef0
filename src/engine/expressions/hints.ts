/** Names in other products' expressions, and what to write here instead. */
import { didYouMean } from "../../lib/suggest";

const ARGS = ["input", "inputs", "param", "params", "parameters"];
const ENV = ["env", "vars"];
const DELIVERY = ["body", "headers", "query"];
const ELSEWHERE = ["github", "gitlab", "event", "runner", "job", "jobs", "strategy", "matrix"];

/** Variables that every script has already. */
const SET_ALREADY = /^(?:PATH|HOME|LANG|TZ|PWD|OLDPWD|IFS|PPID|PHASEBOARD_\w*)$/;

/** `root.key` in the language's syntax, with quotes where `key` is no plain name. */
export function pathIn(root: string, key: string): string {
  const isPlain = /^[A-Za-z_]\w*$/.test(key) && !["in", "true", "false", "null"].includes(key);
  return isPlain ? `${root}.${key}` : `${root}['${key}']`;
}

/** A valid variable name that is as near to `key` as possible. */
export function variableOf(key: string): string {
  const name = key.replace(/[^A-Za-z0-9_]/g, "_").replace(/^(?:PHASEBOARD_)+/, "");
  return /^[A-Za-z_]/.test(name) ? name : `_${name}`;
}

/** The message for an unknown `name` or `name.key`: what to write instead, and the names that exist. */
export function unknownName(name: string, key: string | null, roots: readonly string[]): string {
  const known = `unknown name "${name}", known here are ${roots.join(", ")}`;
  const hint = hintFor(name, key, roots);
  return hint ? `${known}; ${hint}` : `${known}${didYouMean(name, roots)}`;
}

/** The mend for a name that other products have; null for any other name. */
export function hintFor(name: string, key: string | null, roots: readonly string[]): string | null {
  const isDelivery = roots.includes("body");
  if (name === "secrets") {
    if (isDelivery) return "a webhook's secret checks its signature and is no value";
    const secret = variableOf(key ?? "NAME");
    const why =
      key === null || secret === key
        ? ""
        : `, whose name has letters, digits and _, begins with no digit and not with PHASEBOARD_`;
    return `a secret is given by name${why}: write secrets: [${secret}] in the step, which then finds it as $${secret}`;
  }
  if (isDelivery) {
    if (name === "run") return "the run is made of what was sent, so there is none yet";
    if (name === "args") return "they are what this makes of what was sent, as in body.ref";
    if (ELSEWHERE.includes(name)) return `what was sent is body, as in ${pathIn("body", key ?? "ref")}`;
    return null;
  }
  if (ARGS.includes(name)) return `what a run is given is args, as in ${pathIn("args", key ?? "name")}`;
  if (ENV.includes(name)) {
    if (key !== null && SET_ALREADY.test(key)) return `a variable is the shell's: use $${key} in run`;
    const variable = variableOf(key ?? "NAME");
    return `a variable is the shell's: write env: { ${variable}: … } in the step and use $${variable} in run`;
  }
  if (DELIVERY.includes(name)) {
    const arg = variableOf(key ?? name);
    const value = key === null ? name : pathIn(name, key);
    return `what a webhook is sent is read in on: webhook alone, which hands it on: write args: { ${arg}: "\${{ ${value} }}" } there and ${pathIn("args", arg)} here`;
  }
  if (name === "needs") {
    const step = key ?? "build";
    return `what a step gave is steps.${step}.output, and how it ended steps.${step}.status`;
  }
  if (name === "matrix" || name === "strategy")
    return "there is no matrix: write the steps out, side by side by needs, or a loop in TypeScript";
  if (["runner", "job", "jobs"].includes(name))
    return "of the run itself there are run.id, run.number, run.name, project.name and project.slug";
  if (ELSEWHERE.includes(name))
    return "what a webhook is sent reaches a run as its args (on: webhook); of the run there are run.id, run.number, run.name, project.name and project.slug";
  return null;
}
