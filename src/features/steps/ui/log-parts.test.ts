import { describe, expect, it } from "vitest";
import { styledText } from "../../log/ui/ansi";
import { formatRange, parseRange, rangeTo } from "../../log/ui/line-range";
import { LineAssembler } from "../../log/ui/log-lines";
import { matchesIn, searchLog, stepHit } from "../../log/ui/log-search";

function linesOf(...texts: string[]) {
  const assembler = new LineAssembler();
  for (const text of texts)
    assembler.push(`${JSON.stringify({ t: "2026-01-01T00:00:00Z", stream: "stdout", text: `${text}\n` })}\n`);
  return assembler.lines;
}

describe("styledText", () => {
  it("names the sixteen colours and computes the others", () => {
    expect(styledText("a\u001b[31mb\u001b[38;5;196mc\u001b[38;2;1;2;3md", "")).toMatchObject([
      { text: "a", className: "", color: null },
      { text: "b", className: "fg-ansi-red", color: null },
      { text: "c", color: "255, 0, 0" },
      { text: "d", color: "1, 2, 3" },
    ]);
  });

  it("takes what an earlier line left on, and drops what moves the cursor", () => {
    expect(styledText("x\u001b[2Ky", "\u001b[1m")).toMatchObject([{ text: "xy", className: "ansi-bold" }]);
  });
});

describe("searchLog", () => {
  it("finds lines, ignoring case unless the query has capitals", () => {
    const lines = linesOf("Error here", "nothing", "an error");
    expect(searchLog(lines, "error").lines).toEqual([0, 2]);
    expect(searchLog(lines, "Error").lines).toEqual([0]);
  });

  it("goes on where it stopped", () => {
    const lines = linesOf("hit", "miss");
    const before = searchLog(lines, "hit");
    expect(searchLog([...lines, ...linesOf("hit")], "hit", before).lines).toEqual([0, 2]);
  });

  it("finds places in a line and steps round the ends", () => {
    expect(matchesIn("aXax", "ax")).toEqual([
      [0, 2],
      [2, 4],
    ]);
    expect(stepHit([3, 9], 9, 1)).toBe(3);
    expect(stepHit([3, 9], 3, -1)).toBe(9);
    expect(stepHit([3, 9], null, -1)).toBe(9);
    expect(stepHit([], 1, 1)).toBeNull();
  });
});

describe("line ranges", () => {
  it("reads and writes the address", () => {
    expect(parseRange("#L18-L12")).toEqual({ from: 12, to: 18 });
    expect(parseRange("#L7")).toEqual({ from: 7, to: 7 });
    expect(parseRange("#L0")).toBeNull();
    expect(parseRange("#other")).toBeNull();
    expect(formatRange(rangeTo(9, 4))).toBe("#L4-L9");
  });
});
