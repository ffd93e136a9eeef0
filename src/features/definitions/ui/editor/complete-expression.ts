import type { Completion, CompletionResult } from "@codemirror/autocomplete";
import type { Vocabulary } from "../../schema";

/**
 * The expression in which the cursor stands, up to it; null where it stands in none. A condition is one, with or
 * without `${{ }}`.
 */
export function expressionBefore(before: string, place: string): string | null {
  const open = before.lastIndexOf("${{");
  if (open >= 0 && before.lastIndexOf("}}") < open) return before.slice(open + 3);
  return place === "condition" && open < 0 ? before.replace(/^["']/, "") : null;
}

interface Asked {
  /** Up to the cursor. */
  expression: string;
  /** The kind of expression, as the schema says it. */
  place: string;
  /** The cursor's offset in the text. */
  end: number;
  /** Ids of the steps that have ended by then. */
  steps: readonly string[];
  args: readonly { name: string; description: string | undefined }[];
}

/** Completes a name of an expression, such as `steps.build.` or `args.`. */
export function completeExpression(
  vocabulary: Vocabulary,
  { expression, place, end, steps, args }: Asked,
): CompletionResult | null {
  if (isInText(expression)) return null;
  const [, chain = "", word = ""] = /((?:[\w-]+\.)*)([\w-]*)$/.exec(expression) ?? [];
  const [root, ...rest] = chain.split(".").slice(0, -1);
  const { roots, fields, functions, condition_functions } = vocabulary.expressions;
  const from = end - word.length;
  const known = roots[place] ?? [];
  if (root !== undefined && !known.includes(root)) return null;
  const options: Completion[] = [];
  if (root === undefined) {
    options.push(...known.map((label) => ({ label, type: "namespace" })));
    const calls = place === "condition" ? [...condition_functions, ...functions] : functions;
    options.push(...calls.map((label) => ({ label, type: "function", apply: `${label}(` })));
  } else if (root === "steps" && rest.length === 1) {
    options.push(...(fields.step ?? []).map((label) => ({ label, type: "property" })));
  } else if (rest.length === 0) {
    if (root === "args") options.push(...args.map(argOption));
    else if (root === "steps")
      options.push(...steps.map((label) => ({ label, type: "variable", detail: "step" })));
    else options.push(...(fields[root] ?? []).map((label) => ({ label, type: "property" })));
  }
  return options.length > 0 ? { from, options, validFor: /^[\w-]*$/ } : null;
}

/** A name with `-` in it is written in quotes, since the language subtracts. */
function argOption({ name, description }: { name: string; description: string | undefined }): Completion {
  const isPlain = /^[A-Za-z_]\w*$/.test(name);
  return {
    label: name,
    type: "variable",
    detail: "arg",
    ...(description ? { info: description } : {}),
    ...(isPlain
      ? {}
      : {
          apply: (view, _, from, to) =>
            view.dispatch({
              changes: { from: from - 1, to, insert: `['${name}']` },
              userEvent: "input.complete",
            }),
        }),
  };
}

/** Whether the end of an expression is inside of a text in quotes. */
function isInText(expression: string): boolean {
  let quote: string | null = null;
  for (const character of expression) {
    if (quote === null && (character === '"' || character === "'")) quote = character;
    else if (character === quote) quote = null;
  }
  return quote !== null;
}
