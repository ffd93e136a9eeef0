/** Finds expressions in a text, and quotes step ids in them. Nothing is evaluated here. */

export class ExpressionError extends Error {
  override readonly name = "ExpressionError";
}

export type TemplatePart = { text: string } | { expression: string };

const OPEN = "${{";
const MAX_TEMPLATE_LENGTH = 100_000;
const MAX_EXPRESSIONS = 200;

/**
 * Splits a text into what stays and the expressions between `${{` and `}}`. A `}}` inside a string or an
 * object literal of the expression does not end it. Throws `ExpressionError` where one is not closed.
 */
export function splitTemplate(template: string): TemplatePart[] {
  if (template.length > MAX_TEMPLATE_LENGTH) {
    throw new ExpressionError(`a text with expressions may have ${MAX_TEMPLATE_LENGTH} characters`);
  }
  const parts: TemplatePart[] = [];
  let position = 0;
  let expressions = 0;
  for (;;) {
    const open = template.indexOf(OPEN, position);
    if (open < 0) break;
    if (open > position) parts.push({ text: template.slice(position, open) });
    const start = open + OPEN.length;
    const end = endOfExpression(template, start);
    if (end < 0) {
      throw new ExpressionError(`\${{ is not closed by }} in "${shorten(template.slice(open))}"`);
    }
    if (++expressions > MAX_EXPRESSIONS) {
      throw new ExpressionError(`a text may hold ${MAX_EXPRESSIONS} expressions`);
    }
    parts.push({ expression: template.slice(start, end).trim() });
    position = end + 2;
  }
  if (position < template.length) parts.push({ text: template.slice(position) });
  return parts;
}

/** The expressions of a text, in order. Throws as `splitTemplate`. */
export function expressionsOf(template: string): string[] {
  return splitTemplate(template).flatMap((part) => ("expression" in part ? [part.expression] : []));
}

/** Offset of the closing `}}`; -1 where there is none. */
function endOfExpression(text: string, start: number): number {
  let depth = 0;
  for (let i = start; i < text.length; i++) {
    const char = text[i];
    if (char === '"' || char === "'") {
      i = endOfString(text, i) - 1;
    } else if (char === "{") depth++;
    else if (char === "}") {
      if (depth === 0 && text[i + 1] === "}") return i;
      depth = Math.max(0, depth - 1);
    }
  }
  return -1;
}

/** Offset after the string literal that begins at `start`, the end of the text where it is not closed. */
function endOfString(text: string, start: number): number {
  const quote = text[start] ?? "";
  const delimiter = text.startsWith(quote.repeat(3), start) ? quote.repeat(3) : quote;
  for (let i = start + delimiter.length; i < text.length; i++) {
    if (text[i] === "\\") i++;
    else if (text.startsWith(delimiter, i)) return i + delimiter.length;
  }
  return text.length;
}

const STEP_ACCESS = /\s*\.\s*([A-Za-z0-9_][A-Za-z0-9_-]*)/y;

/**
 * Writes `steps.sign-off.output` as `steps["sign-off"].output`, since a minus in a name is a subtraction to
 * the language. Ids may also begin with a digit or be a reserved word; text in string literals stays.
 */
export function quoteStepIds(expression: string): string {
  let result = "";
  let i = 0;
  while (i < expression.length) {
    const char = expression[i] ?? "";
    if (char === '"' || char === "'") {
      const end = endOfString(expression, i);
      result += expression.slice(i, end);
      i = end;
    } else if (/[A-Za-z_]/.test(char)) {
      const word = /^\w+/.exec(expression.slice(i))?.[0] ?? char;
      result += word;
      i += word.length;
      STEP_ACCESS.lastIndex = i;
      const access =
        word === "steps" && !/\.\s*$/.test(result.slice(0, -word.length)) && STEP_ACCESS.exec(expression);
      if (access) {
        result += `["${access[1]}"]`;
        i = STEP_ACCESS.lastIndex;
      }
    } else {
      // A number's letters (1e5, 0xff) are no names.
      const number = /^[0-9][\w]*/.exec(expression.slice(i))?.[0] ?? char;
      result += number;
      i += number.length;
    }
  }
  return result;
}

export function shorten(text: string, length = 80): string {
  return text.length > length ? `${text.slice(0, length - 1)}…` : text;
}
