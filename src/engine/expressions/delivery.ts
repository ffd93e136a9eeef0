/** The expressions of webhooks: the language of `expressions.ts` over `body`, `headers` and `query`. */
import { asCondition, conditionOf, DELIVERY_ROOTS, ExpressionError, evaluateWith } from "./expressions";
import { splitTemplate } from "./template";
import { join, toJson, toLanguage, withNulls } from "./values";

export { ExpressionError };

/** What a webhook received, in values of the expression language. */
export interface DeliveryScope {
  body: unknown;
  headers: unknown;
  query: unknown;
}

/**
 * Converts what was received, once for all expressions. Header names are lower-case. Throws `ExpressionError` where the
 * body is too large or too deep.
 */
export function deliveryScope(sent: {
  body: unknown;
  headers: Record<string, string>;
  query: Record<string, string | string[]>;
}): DeliveryScope {
  return { body: toLanguage(sent.body), headers: toLanguage(sent.headers), query: toLanguage(sent.query) };
}

/**
 * The value of a webhook's arg. A text that is one expression gives that value as JSON; in any other text expressions
 * are filled in. Throws `ExpressionError` where one cannot be computed or the text passes 256 KB.
 */
export function evaluateDelivery(template: string, scope: DeliveryScope): unknown {
  const parts = splitTemplate(template);
  const [only] = parts;
  if (parts.length === 1 && only && "expression" in only) return toJson(evaluate(only.expression, scope));
  return join(
    parts.map((part) => ("text" in part ? part.text : evaluate(part.expression, scope))),
    "",
  );
}

/** The value of a webhook's `if`. Throws `ExpressionError` unless it is a boolean. */
export function deliveryCondition(condition: string, scope: DeliveryScope): boolean {
  const bare = conditionOf(condition);
  return asCondition(bare, evaluate(bare, scope));
}

function evaluate(expression: string, { body, headers, query }: DeliveryScope): unknown {
  return evaluateWith(expression, DELIVERY_ROOTS, ({ read }) => ({
    body,
    headers: withNulls(headers, read.get("headers") ?? []),
    query: withNulls(query, read.get("query") ?? []),
  }));
}
