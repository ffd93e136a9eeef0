import { describe, expect, it, vi } from "vitest";
import { parsePatch } from "../../../git/diff/patch";
import { fileDiffOf } from "./file-diff";
import type { WireFile } from "./wire";

// The component looks at its browser as soon as it is loaded, and Node 20 has none.
vi.stubGlobal("navigator", { userAgent: "Node" });
const { parsePatchFiles } = await import("@pierre/diffs");

const FILE: WireFile = {
  path: "a.ts",
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
  hunks: [],
};

const HEAD = "diff --git a/a.ts b/a.ts\nindex 1..2 100644\n--- a/a.ts\n+++ b/a.ts\n";

describe("fileDiffOf", () => {
  it.each([
    ["a change", "@@ -3,3 +3,4 @@ head\n a\n-b\n+c\n+d\n e\n@@ -20,2 +21,1 @@\n-x\n y\n"],
    ["an added file", "@@ -0,0 +1,2 @@\n+a\n+b\n"],
    ["a deleted file", "@@ -1,2 +0,0 @@\n-a\n-b\n"],
    [
      "a missing line end on both sides",
      "@@ -1 +1 @@\n-a\n\\ No newline at end of file\n+b\n\\ No newline at end of file\n",
    ],
    [
      "a missing line end of an unchanged line",
      "@@ -1,2 +1,2 @@\n-a\n+b\n c\n\\ No newline at end of file\n",
    ],
    ["several blocks", "@@ -1,5 +1,5 @@\n-a\n+b\n c\n d\n-e\n+f\n g\n"],
    ["lines that are only taken out", "@@ -5,3 +4,0 @@\n-a\n-b\n-c\n"],
  ])("says of %s what the component reads from its patch", (_, body) => {
    const patch = HEAD + body;
    const hunks = [...parsePatch(Buffer.from(patch)).values()][0]?.hunks ?? [];
    const [read] = parsePatchFiles(patch, { disableLineMatching: true })[0]?.files ?? [];
    const shown = fileDiffOf({ ...FILE, hunks });
    expect(shown.additionLines).toEqual(read?.additionLines);
    expect(shown.deletionLines).toEqual(read?.deletionLines);
    expect([shown.splitLineCount, shown.unifiedLineCount]).toEqual([
      read?.splitLineCount,
      read?.unifiedLineCount,
    ]);
    const plain = (list: object[] | undefined) =>
      list?.map((hunk) => ({ ...hunk, hunkSpecs: undefined, hunkContext: undefined }));
    expect(plain(shown.hunks)).toEqual(plain(read?.hunks));
  });

  it("marks what misleads, and is the same for the same file", () => {
    const file: WireFile = {
      ...FILE,
      hunks: [
        {
          old_start: 0,
          old_lines: 0,
          new_start: 1,
          new_lines: 1,
          section: "",
          lines: ["+a\u202eb"],
          old_no_newline: false,
          new_no_newline: false,
        },
      ],
    };
    expect(fileDiffOf(file).additionLines).toEqual(["a⟨U+202E⟩b\n"]);
    expect(fileDiffOf(file)).toBe(fileDiffOf(file));
  });
});
