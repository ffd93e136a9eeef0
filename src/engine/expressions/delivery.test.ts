import { describe, expect, it } from "vitest";
import { deliveryCondition, deliveryScope, evaluateDelivery } from "./delivery";
import { checkExpression, DELIVERY_ROOTS, ExpressionError } from "./expressions";

const scope = deliveryScope({
  body: { ref: "refs/heads/main", count: 3, tags: ["a", "b"], commit: { message: "Mend it" }, none: null },
  headers: { "x-github-event": "push" },
  query: { env: "staging" },
});

describe("evaluateDelivery", () => {
  it.each<[string, unknown]>([
    ["plain", "plain"],
    ["${{ body.ref }}", "refs/heads/main"],
    ["${{ body.count }}", 3],
    ["${{ body.count + 0.5 }}", 3.5],
    ["${{ body.tags }}", ["a", "b"]],
    ["${{ body.commit }}", { message: "Mend it" }],
    ["${{ body.none }}", null],
    ["${{ body.count > 2 }}", true],
    ["${{ headers['x-github-event'] }}", "push"],
    ["${{ headers['x-absent'] }}", null],
    ["${{ query.absent }}", null],
    ["${{ has(query.absent) ? query.absent : 'none' }}", "none"],
    ["n = ${{ body.count }}, ${{ query.env }}", "n = 3, staging"],
    ["tags ${{ body.tags }}", 'tags ["a","b"]'],
  ])("%s", (template, expected) => {
    expect(evaluateDelivery(template, scope)).toEqual(expected);
  });

  it.each([
    ["${{ body.missing }}", /no such key: missing/],
    ["${{ body.ref.x }}", ExpressionError],
    ["${{ body.constructor }}", /no such key/],
    ["${{ headers.constructor.constructor }}", ExpressionError],
    ["${{ steps.build.output }}", /unknown name "steps"/],
    ["${{ args.x }}", /unknown name "args"/],
  ])("%s says what is wrong", (template, message) => {
    expect(() => evaluateDelivery(template, scope)).toThrow(message);
    expect(() => evaluateDelivery(template, scope)).toThrow(ExpressionError);
  });

  it("takes a body that is no object", () => {
    const text = deliveryScope({ body: "hello", headers: {}, query: {} });
    expect(evaluateDelivery("${{ body }}", text)).toBe("hello");
    expect(() => evaluateDelivery("${{ body.ref }}", text)).toThrow(ExpressionError);
  });

  it("leaves what one expression did not find to the next as it was", () => {
    const empty = deliveryScope({ body: {}, headers: {}, query: {} });
    expect(evaluateDelivery("${{ query.a }}", empty)).toBeNull();
    expect(evaluateDelivery("${{ has(query.a) }}", empty)).toBe(false);
  });

  it("refuses what is too large or too deep", () => {
    const deep = JSON.parse(`${"[".repeat(100)}${"]".repeat(100)}`);
    expect(() => deliveryScope({ body: deep, headers: {}, query: {} })).toThrow("nested too deeply");
    const wide = Array(200_000).fill(0);
    expect(() => deliveryScope({ body: wide, headers: {}, query: {} })).toThrow("too large");
    const long = deliveryScope({ body: "x".repeat(200_000), headers: {}, query: {} });
    expect(() => evaluateDelivery("${{ body }} ${{ body }}", long)).toThrow("256 KB");
  });
});

describe("deliveryCondition", () => {
  it("is a boolean or refused", () => {
    expect(deliveryCondition("${{ headers['x-github-event'] == 'push' }}", scope)).toBe(true);
    expect(deliveryCondition("headers['x-absent'] == 'push'", scope)).toBe(false);
    expect(() => deliveryCondition("body.ref", scope)).toThrow("must be true or false");
  });
});

it("expressions of runs do not see what a webhook was sent, nor the other way round", () => {
  for (const name of DELIVERY_ROOTS) expect(() => checkExpression(`${name}.x`)).toThrow("unknown name");
  for (const name of ["args", "steps", "run", "project"]) {
    expect(() => checkExpression(`${name}.id`, { roots: DELIVERY_ROOTS })).toThrow("known here are body");
    if (name === "run") {
      expect(() => checkExpression("run.number", { roots: DELIVERY_ROOTS })).toThrow("there is none yet");
    }
  }
});
