import { describe, expect, it } from "vitest";
import { styledText } from "../../log/ui/ansi";
import { formatRange, parseRange, rangeTo } from "../../log/ui/line-range";
import { foldedRows, someRows } from "../../log/ui/log-rows";
import { stepHit } from "../../log/ui/use-log-search";

describe("styledText", () => {
  it("names the sixteen colours and computes the others", () => {
    expect(styledText("a\u001b[31mb\u001b[38;5;196mc\u001b[38;2;1;2;3md")).toMatchObject([
      { text: "a", className: "", color: null },
      { text: "b", className: "fg-ansi-red", color: null },
      { text: "c", color: "255, 0, 0" },
      { text: "d", color: "1, 2, 3" },
    ]);
  });

  it("drops what moves the cursor", () => {
    expect(styledText("\u001b[1mx\u001b[2Ky")).toMatchObject([{ text: "xy", className: "ansi-bold" }]);
  });
});

describe("hits", () => {
  it("are gone through round the ends", () => {
    const hits = [{ n: 3 }, { n: 9 }];
    expect(stepHit(hits, 9, 1)).toBe(3);
    expect(stepHit(hits, 3, -1)).toBe(9);
    expect(stepHit(hits, 5, 1)).toBe(9);
    expect(stepHit(hits, null, -1)).toBe(9);
    expect(stepHit([], 1, 1)).toBeNull();
  });
});

describe("rows", () => {
  const group = (line: number, end: number | null, kind: "group" | "section" = "group") => ({
    ...{ line, end, kind, title: "", open: false },
  });
  const shown = (rows: ReturnType<typeof foldedRows>) =>
    Array.from({ length: rows.count }, (_, row) => rows.lineAt(row));

  it("leave out what is folded, also groups in a section", () => {
    const groups = [group(2, 8, "section"), group(3, 5), group(11, null)];
    const rows = foldedRows(12, groups, () => true);
    expect(shown(rows)).toEqual([1, 2, 9, 10, 11]);
    expect([1, 2, 4, 8, 9, 12].map(rows.rowOf)).toEqual([0, 1, 1, 1, 2, 4]);
    const inner = foldedRows(12, groups, ({ line }) => line === 3);
    expect(shown(inner)).toEqual([1, 2, 3, 6, 7, 8, 9, 10, 11, 12]);
    expect([3, 5, 6].map(inner.rowOf)).toEqual([2, 2, 3]);
    expect(shown(foldedRows(3, groups, () => false))).toEqual([1, 2, 3]);
  });

  it("of hits are these lines", () => {
    const rows = someRows([{ n: 4 }, { n: 9 }]);
    expect(shown(rows)).toEqual([4, 9]);
    expect([1, 4, 5, 20].map(rows.rowOf)).toEqual([0, 0, 0, 1]);
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
