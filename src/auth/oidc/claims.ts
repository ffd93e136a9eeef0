import type { AllowRule } from "../../lib/oidc-settings";

/** What a provider says of a person. */
export type Claims = Record<string, unknown> & { iss: string; sub: string };

/** The values of a claim as texts. A name with dots also finds what is nested, as `realm_access.roles`. */
export function valuesOf(claims: Record<string, unknown>, name: string): string[] {
  const found = name in claims ? claims[name] : nested(claims, name.split("."));
  return (Array.isArray(found) ? found : [found]).filter(isPlain).map(String);
}

const isPlain = (value: unknown): value is string | number | boolean =>
  ["string", "number", "boolean"].includes(typeof value);

function nested(value: unknown, [first, ...rest]: string[]): unknown {
  if (first === undefined) return value;
  if (typeof value !== "object" || value === null || !Object.hasOwn(value, first)) return undefined;
  return nested((value as Record<string, unknown>)[first], rest);
}

/** Whether the person has a claim as `groups=engineering`. */
export function hasClaim(claims: Record<string, unknown>, text: string): boolean {
  const at = text.indexOf("=");
  return valuesOf(claims, text.slice(0, at)).includes(text.slice(at + 1));
}

export const emailOf = ({ email }: Record<string, unknown>): string | null =>
  typeof email === "string" && email.includes("@") ? email : null;

/**
 * Whether one of the rules lets the person in; `unverified` where only a domain could, and the provider does not vouch for
 * the e-mail.
 */
export function isAllowed(
  rules: readonly AllowRule[],
  claims: Record<string, unknown>,
): boolean | "unverified" {
  let unverified = false;
  for (const rule of rules) {
    if (rule.kind === "everybody") return true;
    if (rule.kind === "claim" && valuesOf(claims, rule.claim).includes(rule.value)) return true;
    if (rule.kind !== "domain" || !emailOf(claims)?.toLowerCase().endsWith(`@${rule.domain}`)) continue;
    if (claims.email_verified === true || claims.email_verified === "true") return true;
    unverified = true;
  }
  return unverified && "unverified";
}
