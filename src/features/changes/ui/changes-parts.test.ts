import { describe, expect, it } from "vitest";
import { aboutFile, countWords, whyFolded } from "./change-words";
import { rowsOf } from "./file-rows";
import { anchorOf } from "./remarks";
import type { WireFile } from "./wire";

const file = (given: Partial<WireFile> = {}): WireFile => ({
  path: "src/a.ts",
  old_path: null,
  status: "modified",
  kind: "file",
  similarity: null,
  additions: 1,
  deletions: 1,
  is_binary: false,
  is_generated: false,
  old_mode: "100644",
  new_mode: "100644",
  old_id: "1",
  new_id: "2",
  old_size: null,
  new_size: null,
  old_url: null,
  new_url: null,
  too_large: false,
  hunks: null,
  ...given,
});

describe("rowsOf", () => {
  const files = ["README.md", "src/a.ts", "src/b.ts", "src/deep/c.ts", "src/z.ts"].map((path) =>
    file({ path }),
  );
  const told = (sought: string) =>
    rowsOf(files, sought).map((row) => (row.kind === "folder" ? row.path : `  ${row.name}`));

  it("puts files below their folders, in their order", () => {
    expect(told("")).toEqual([
      "  README.md",
      "src/",
      "  a.ts",
      "  b.ts",
      "src/deep/",
      "  c.ts",
      "src/",
      "  z.ts",
    ]);
  });

  it("leaves out what does not match, and folders with it", () => {
    expect(told(" DEEP ")).toEqual(["src/deep/", "  c.ts"]);
    expect(told("nothing")).toEqual([]);
  });
});

describe("words", () => {
  it("count in one and in many", () => {
    expect(countWords({ files: 4, additions: 120, deletions: 8 })).toBe(
      "120 lines added and 8 removed in 4 files",
    );
    expect(countWords({ files: 1, additions: 1, deletions: 0 })).toBe("1 line added and 0 removed in 1 file");
  });

  it.each<[Partial<WireFile>, string | null]>([
    [{ hunks: null }, null],
    [{ status: "renamed", old_path: "b.ts", similarity: 100, hunks: [] }, "Renamed from b.ts, unchanged."],
    [{ status: "mode_changed", new_mode: "100755", hunks: [] }, "It was a file and is an executable file."],
    [{ status: "added", old_mode: null, hunks: [] }, "The file is empty."],
    [{ hunks: [] }, "Nothing but white space changed."],
    [{ is_binary: true, old_size: 1, new_size: 2048, hunks: [] }, "A binary file: 1 byte before, 2 KB now."],
  ])("say of %j what its lines do not", (given, words) => {
    expect(aboutFile(file(given))).toBe(words);
  });

  it("say why a file is folded", () => {
    expect(whyFolded(file())).toBeNull();
    expect(whyFolded(file({ is_generated: true, too_large: true }))).toBe("Generated");
    expect(whyFolded(file({ too_large: true }))).toBe("Large");
  });
});

describe("anchorOf", () => {
  it.each([
    [
      { start: 4, end: 4, side: "additions" },
      { side: "new", line: 4, start_line: null },
    ],
    [
      { start: 9, end: 4, side: "deletions" },
      { side: "old", line: 9, start_line: 4 },
    ],
    [
      { start: 9, side: "deletions", end: 4, endSide: "additions" },
      { side: "new", line: 4, start_line: null },
    ],
  ] as const)("names the lines of %j", (range, anchor) => {
    expect(anchorOf("a", range)).toEqual({ path: "a", ...anchor });
  });
});
