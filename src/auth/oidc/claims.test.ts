import { describe, expect, it } from "vitest";
import { parseAllow } from "../../lib/oidc-settings";
import { hasClaim, isAllowed } from "./claims";
import { refusalOf } from "./refusal";

describe("who is let in", () => {
  const rules = parseAllow(
    "example.com, groups=Software Engineers, realm_access.roles=board, https://a.b/c=x=y",
  );

  it("is decided by a domain only where the provider vouches for the e-mail", () => {
    expect(isAllowed(rules, { email: "a@Example.com", email_verified: true })).toBe(true);
    expect(isAllowed(rules, { email: "a@example.com" })).toBe("unverified");
    expect(isAllowed(rules, { email: "a@notexample.com", email_verified: true })).toBe(false);
    expect(isAllowed(rules, { email: "a@sub.example.com", email_verified: true })).toBe(false);
  });

  it("is decided by a claim's value, in lists, nested, and with signs of its own", () => {
    expect(isAllowed(rules, { groups: ["x", "Software Engineers"] })).toBe(true);
    expect(isAllowed(rules, { groups: "Software" })).toBe(false);
    expect(isAllowed(rules, { realm_access: { roles: ["board"] } })).toBe(true);
    expect(isAllowed(rules, { "https://a.b/c": "x=y" })).toBe(true);
    expect(hasClaim({ admin: true, level: 3 }, "admin=true")).toBe(true);
    expect(hasClaim({ level: 3 }, "level=3")).toBe(true);
    expect(hasClaim({}, "constructor.name=Object")).toBe(false);
  });

  it("is everybody by a star, and nobody without a rule", () => {
    expect(isAllowed(parseAllow("*"), {})).toBe(true);
    expect(isAllowed(parseAllow(" "), { email: "a@example.com", email_verified: true })).toBe(false);
    expect(() => parseAllow("example")).toThrow("example is neither");
  });
});

describe("what an error means", () => {
  it.each([
    ["JWT expired, now 1764500000, exp 1764490000", "clock"],
    ["state mismatch, expected a, got: b", "stale"],
    ["PKCE code_verifier cookie was missing.", "stale"],
    ["access_denied", "cancelled"],
    ["connect ECONNREFUSED 127.0.0.1:1", "down"],
    ["outgoing request timed out after 5000ms", "down"],
    ["expected 200 OK, got: 500 Internal Server Error", "down"],
    ["Unexpected token '<', \"<html>\" is not valid JSON", "down"],
    ["something else", "failed"],
  ] as const)("%s: %s", (message, refusal) => {
    expect(refusalOf({ error: new Error(message), providerId: "oidc" })).toBe(refusal);
  });
});
