import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { parse } from "./parse.js";

describe("parse", () => {
  it("adds up its parts", () => {
    assert.equal(parse("1h 20m"), 4_800_000);
    assert.equal(parse("2 days 1 second"), 172_801_000);
  });

  it("takes fractions, long names and no spaces", () => {
    assert.equal(parse("1.5h"), 5_400_000);
    assert.equal(parse("1h20m30s"), 4_830_000);
    assert.equal(parse("250 Milliseconds"), 250);
  });

  it("quotes what it cannot read", () => {
    assert.throws(() => parse("1h soon"), /cannot read "soon"/);
    assert.throws(() => parse("5 parsecs"), RangeError);
    assert.throws(() => parse("  "), /empty/);
  });
});
