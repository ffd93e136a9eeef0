import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { format } from "./format.js";
import { parse } from "./parse.js";
import { relative } from "./relative.js";

describe("format", () => {
  it("shows the two largest units", () => {
    assert.equal(format(4_800_000), "1h 20m");
    assert.equal(format(86_400_000 + 61_000), "1d");
    assert.equal(format(999), "999ms");
    assert.equal(format(0), "0ms");
  });

  it("can be longer, and negative", () => {
    assert.equal(format(93_784_000, { parts: 4, long: true }), "1 day 2 hours 3 minutes 4 seconds");
    assert.equal(format(-60_000), "-1m");
  });

  it("is read back by parse", () => {
    for (const ms of [1, 59_999, 3_600_000, 123_456_789]) {
      assert.equal(parse(format(ms, { parts: 5 })), ms);
    }
  });

  it("is read back by parse for every quarter of a second of a day", () => {
    for (let ms = 0; ms < 86_400_000; ms += 250) {
      assert.equal(parse(format(ms, { parts: 5 })), ms);
    }
  });

  it("refuses what is no span", () => {
    assert.throws(() => format(Number.NaN), RangeError);
  });
});

describe("relative", () => {
  const now = new Date("2026-03-01T12:00:00Z");
  const at = (ms: number) => relative(new Date(now.getTime() + ms), { now });

  it("tells the past from the future", () => {
    assert.equal(at(-7_200_000), "2 hours ago");
    assert.equal(at(3 * 86_400_000), "in 3 days");
    assert.equal(at(-1_000), "1 second ago");
  });

  it("does not count what is less than a second", () => {
    assert.equal(at(400), "just now");
  });
});
