import { describe, expect, it } from "vitest";
import { movedLine } from "./moved-line";
import { parsePatch } from "./patch";
import { parseRawDiff, textOf } from "./raw-diff";

const ID = "a".repeat(40);
const OTHER = "b".repeat(40);
const NONE = "0".repeat(40);
const bytes = (...fields: string[]) => Buffer.from(fields.map((field) => `${field}\0`).join(""), "latin1");

describe("parseRawDiff", () => {
  it("reads each kind of change with its counts", () => {
    const changes = parseRawDiff(
      bytes(
        `:000000 100644 ${NONE} ${ID} A`,
        "new.txt",
        `:100644 000000 ${ID} ${NONE} D`,
        "old.txt",
        `:100644 100755 ${ID} ${ID} M`,
        "run.sh",
        `:100644 100644 ${ID} ${OTHER} R090`,
        "from.txt",
        "to.txt",
        `:100644 120000 ${ID} ${OTHER} T`,
        "link",
        "3\t0\tnew.txt",
        "0\t2\told.txt",
        "0\t0\trun.sh",
        "1\t1\t",
        "from.txt",
        "to.txt",
        "-\t-\tlink",
      ),
    );
    expect(
      changes.map(({ path, old_path, status, additions, deletions }) => [
        path,
        old_path,
        status,
        additions,
        deletions,
      ]),
    ).toEqual([
      ["new.txt", null, "added", 3, 0],
      ["old.txt", null, "deleted", 0, 2],
      ["run.sh", null, "mode_changed", 0, 0],
      ["to.txt", "from.txt", "renamed", 1, 1],
      ["link", null, "type_changed", null, null],
    ]);
    expect(changes[0]).toMatchObject({ old_mode: null, old_id: null, new_mode: "100644", new_id: ID });
    expect(changes[3]?.similarity).toBe(90);
  });

  it("takes names with tabs, line breaks and what looks like a record", () => {
    const name = ":100644\t1\n2";
    const [change] = parseRawDiff(bytes(`:000000 100644 ${NONE} ${ID} A`, name, `1\t0\t${name}`));
    expect(change).toMatchObject({ path: name, additions: 1 });
  });

  it("counts nothing where git says nothing", () => {
    const [change] = parseRawDiff(bytes(`:100644 100644 ${ID} ${OTHER} M`, "space.txt"));
    expect(change).toMatchObject({ status: "modified", additions: 0, deletions: 0 });
  });

  it("reads nothing of nothing", () => {
    expect(parseRawDiff(Buffer.alloc(0))).toEqual([]);
  });
});

describe("textOf", () => {
  it("reads bytes as UTF-8", () => {
    expect(textOf(Buffer.from("grün", "utf8").toString("latin1"))).toBe("grün");
    expect(textOf("\xff")).toBe("\ufffd");
  });
});

const patch = (text: string) => parsePatch(Buffer.from(text, "utf8"));

describe("parsePatch", () => {
  it("reads lines that look like headers", () => {
    const [file] = patch(
      `diff --git a/a b/a\nindex ${ID}..${OTHER} 100644\n--- a/a\n+++ b/a\n@@ -1,2 +1,2 @@ head\n--- a/b\n+++ b/b\n @@ -1 +1 @@\n`,
    ).values();
    expect(file).toEqual({
      ids: `${ID}..${OTHER}`,
      hunks: [
        {
          old_start: 1,
          old_lines: 2,
          new_start: 1,
          new_lines: 2,
          section: "head",
          lines: ["--- a/b", "+++ b/b", " @@ -1 +1 @@"],
          old_no_newline: false,
          new_no_newline: false,
        },
      ],
    });
  });

  it.each([
    ["-a\n\\ No newline at end of file\n+b\n", true, false],
    ["-a\n+b\n\\ No newline at end of file\n", false, true],
    ["-a\n\\ No newline at end of file\n+b\n\\ No newline at end of file\n", true, true],
  ])("says which side has no line end: %j", (lines, old_no_newline, new_no_newline) => {
    const [file] = patch(`--- a/a\n+++ b/a\n@@ -1 +1 @@\n${lines}`).values();
    expect(file?.hunks).toMatchObject([{ lines: ["-a", "+b"], old_no_newline, new_no_newline }]);
  });

  it("takes names as git writes them", () => {
    const names = ["a b", "ü", 'q"\\\n\t', "/dev/null"];
    const files = patch(
      [
        "--- /dev/null\n+++ b/a b\t\n@@ -0,0 +1 @@\n+1\n",
        "--- a/ü\n+++ /dev/null\n@@ -1 +0,0 @@\n-1\n",
        '--- "a/q\\"\\\\\\n\\t"\n+++ "b/q\\"\\\\\\n\\t"\n@@ -1 +1 @@\n-1\n+2\n',
        "--- a//dev/null\n+++ b//dev/null\n@@ -1 +1 @@\n-1\n+2\n",
      ].join(""),
    );
    expect([...files.keys()].map(textOf)).toEqual(names);
  });

  it("has nothing of binary files and modes", () => {
    expect(patch("diff --git a/x b/x\nindex 1..2 100644\nBinary files a/x and b/x differ\n").size).toBe(0);
  });
});

describe("movedLine", () => {
  const hunksOf = (...hunks: string[]) =>
    parsePatch(Buffer.from(`--- a/a\n+++ b/a\n${hunks.join("")}`)).get("a")?.hunks ?? [];

  it.each([
    // Two lines before the first, one changed, two taken out.
    [1, 3],
    [2, 4],
    [3, null],
    [4, 6],
    [5, 7],
    [6, null],
    [7, null],
    [8, 8],
  ])("finds line %i of the old side at %j", (line, there) => {
    const hunks = hunksOf(
      "@@ -0,0 +1,2 @@\n+x\n+y\n",
      "@@ -2,3 +4,3 @@\n b\n-c\n+C\n d\n",
      "@@ -6,2 +7,0 @@\n-f\n-g\n",
    );
    expect(movedLine(hunks, line)).toBe(there);
  });

  it("finds a line where nothing changed, and none in a file that is gone", () => {
    expect(movedLine([], 5)).toBe(5);
    expect(movedLine(hunksOf("@@ -1,2 +0,0 @@\n-a\n-b\n"), 2)).toBeNull();
  });
});
