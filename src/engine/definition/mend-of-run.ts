import { checkExpression, ExpressionError } from "../expressions/expressions";
import { hintFor, pathIn, variableOf } from "../expressions/hints";
import { ROOTS } from "../expressions/language";
import { expressionsOf } from "../expressions/template";

const REFUSED = "${{ }} is not possible in run, where a value could become a command";
const NAMES_OF_ARGS = /^(?:inputs?|params?|parameters)\b/;
/** Roots of other products' expressions that have no value here; their hint says all. */
const NO_VALUES = ["secrets", "env", "vars", "matrix", "strategy"];

const PREFIXES: Record<string, string> = { args: "ARG", steps: "STEP", run: "RUN", project: "PROJECT" };
/** Variables that shells and programs read by themselves: another value would do harm. */
const PROGRAMS_OWN = new RegExp(
  `^(?:LANG|LANGUAGE|TZ|IFS|ENV|PWD|OLDPWD|SHELL|SHLVL|USER|USERNAME|LOGNAME|TERM|TEMP|TMP|UID|EUID|PPID|GID|GROUPS|${[
    "RANDOM|SECONDS|LINENO|OPTARG|OPTIND|OPTERR|HOSTNAME|HOSTTYPE|MACHTYPE|OSTYPE|REPLY|EDITOR|VISUAL|PAGER|MAIL|FCEDIT",
    "COLUMNS|LINES|DISPLAY|BROWSER|CI|DEBUG|CC|CXX|CPP|AR|LD|PS[1-4]|FUNCNAME|DIRSTACK|PIPESTATUS|PATHEXT|COMSPEC",
    "SYSTEMROOT|USERPROFILE|DEFAULT|VALUE|BASH.*|HIST.*|PYTHON.*|.*(?:PATH|HOME|FLAGS|OPTS|PROXY|DIR|ROOT)",
  ].join("|")})$`,
);

/**
 * Why the expression at `index` of a command is refused, with the mend: pass its value by `env`, as a variable whose
 * name neither `taken` nor the command has.
 */
export function mendOfRun(run: string, expression: string | undefined, taken: Set<string>): string {
  const written = expression?.trim().replaceAll(/\s*\n\s*/g, " ") ?? "";
  if (written === "") return `${REFUSED}; hand values in by env`;
  const [, root = "", key = null] = /^([A-Za-z_]\w*)(?:\s*(?:\.\s*|\[\s*["'])([\w-]+))?/.exec(written) ?? [];
  const hint = hintFor(root, key, ROOTS);
  if (hint && NO_VALUES.includes(root)) {
    const has = root === "secrets" && key !== null && taken.has(key);
    return has ? `${REFUSED}; the step has $${key} already, so use "$${key}"` : `${REFUSED}; ${hint}`;
  }
  const fit = fitFor(written);
  if (typeof fit !== "string") return `${REFUSED}, so it goes by env; ${fit.message}`;
  const name = freeName(fit, taken, run);
  const value = `\${{ ${fit} }}`;
  const quoted = /["\\]/.test(value) ? `'${value.replaceAll("'", "''")}'` : `"${value}"`;
  return `${REFUSED}; write env: { ${name}: ${quoted} } and use "$${name}" in run`;
}

/** The expressions of a command; empty where they cannot be read, since no mend can be given then. */
export function expressionsOfRun(run: string): string[] {
  try {
    return expressionsOf(run);
  } catch (error) {
    if (error instanceof ExpressionError) return [];
    throw error;
  }
}

/**
 * The expression as the language takes it: args under other products' names are renamed, names with a hyphen quoted.
 */
function fitFor(written: string): string | ExpressionError {
  const ofArgs = written.replace(NAMES_OF_ARGS, "args");
  const quoted = ofArgs.replaceAll(/\.([A-Za-z_]\w*(?:-\w+)+)/g, (_, name: string) => pathIn("", name));
  let fault: ExpressionError | null = null;
  for (const form of new Set([written, ofArgs, quoted])) {
    try {
      checkExpression(form);
      return form;
    } catch (error) {
      if (!(error instanceof ExpressionError)) throw error;
      fault ??= error;
    }
  }
  return fault ?? new ExpressionError("it cannot be read");
}

/** A free variable name, made from the name of the value that the expression reads. */
function freeName(expression: string, taken: Set<string>, run: string): string {
  const [, root = "", path = ""] = /^([A-Za-z_]\w*)((?:\.[\w-]+|\[[^[\]]*\])+)$/.exec(expression) ?? [];
  const last = /([^.[\]'"]+)["'\]]*$/.exec(path)?.[1] ?? "value";
  const bare = variableOf(last).toUpperCase();
  const isOwn = PROGRAMS_OWN.test(bare) || bare.includes("_") || PREFIXES[root] !== "ARG";
  const name = isOwn ? `${PREFIXES[root] ?? "ARG"}_${bare.replace(/^_+/, "")}` : bare;
  const isFree = (wanted: string) => !taken.has(wanted) && !new RegExp(`\\b${wanted}\\b`).test(run);
  for (let number = 1; ; number++) {
    const wanted = number === 1 ? name : `${name}_${number}`;
    if (!isFree(wanted)) continue;
    taken.add(wanted);
    return wanted;
  }
}
