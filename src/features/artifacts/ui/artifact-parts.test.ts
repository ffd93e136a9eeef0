import { describe, expect, it } from "vitest";
import type { Comment } from "../../comments/schema";
import {
  patchArtifact,
  withArtifact,
  withComment,
  withoutArtifact,
  withoutComment,
} from "../../in-run/ui/patch-files";
import type { Artifact } from "../schema";
import { groupByStep, neighboursOf } from "./artifact-groups";
import { deleteWords, excerpt, shortName } from "./artifact-words";
import { decodeText, windowOf } from "./decode-text";
import { previewOf } from "./preview-kind";
import { readTable, sortRows } from "./read-table";
import { fileOfEntry } from "./shown-file";
import { ownImage } from "./use-image-of";

const artifact = (id: string, part: Partial<Artifact> = {}): Artifact => ({
  id,
  workflow_run_id: "r",
  workflow_run_step_id: "row1",
  step_id: "unit",
  workflow_comment_id: null,
  name: `${id}.txt`,
  file_path: id,
  file_type: "document",
  mime_type: "text/plain",
  size_bytes: 10,
  sha256: "",
  file_missing: false,
  removed_at: null,
  created_at: "2026-01-01T00:00:00.000Z",
  updated_at: "2026-01-01T00:00:00.000Z",
  ...part,
});

const comment = (id: string, artifacts: Artifact[] = []): Comment => ({
  id,
  workflow_run_id: "r",
  workflow_run_step_id: null,
  text: id,
  comment_type: "user",
  created_by: "u",
  created_by_name: "Ada",
  creator: { id: "u", name: "Ada" },
  review_id: null,
  mentions: [],
  anchor: null,
  parent_id: null,
  resolved_at: null,
  resolved_by: null,
  resolved_by_name: null,
  artifacts_next_cursor: null,
  artifacts,
  created_at: "2026-01-01T00:00:00.000Z",
  updated_at: "2026-01-01T00:00:00.000Z",
});

describe("previewOf", () => {
  const kind = (name: string, mime_type: string, part: Partial<Artifact> = {}) =>
    previewOf(artifact("a", { name, mime_type, ...part }));

  it("shows pictures, films and sound", () => {
    expect(kind("a.png", "image/png").kind).toBe("image");
    expect(kind("a.mp4", "video/mp4").kind).toBe("video");
    expect(kind("a.ogg", "audio/ogg; codecs=opus").kind).toBe("audio");
    expect(kind("a.heic", "image/heic").kind).toBe("none");
  });

  it("shows tables, archives and reports in views of their own", () => {
    expect(kind("a.csv", "text/csv").kind).toBe("table");
    expect(kind("a.tsv", "text/plain").kind).toBe("table");
    expect(kind("a.zip", "application/zip").kind).toBe("archive");
    expect(kind("a.tar.gz", "application/gzip").kind).toBe("archive");
    expect(kind("a.gz", "application/gzip").kind).toBe("none");
    expect(kind("a.html", "text/html").kind).toBe("report");
    expect(kind("a.xhtml", "application/xhtml+xml").kind).toBe("report");
  });

  it("shows a file of an archive by its name, and neither a report nor an archive in it", () => {
    const entry = (name: string) =>
      previewOf(fileOfEntry("a", { position: 0, name, type: "file", size_bytes: 9, modified_at: null })).kind;
    expect(["x/a.png", "a.html", "b.zip", "c.csv", "Makefile", "d.svg"].map(entry)).toEqual([
      "image",
      "text",
      "none",
      "table",
      "text",
      "text",
    ]);
  });

  it("never opens what a browser could run beside the board", () => {
    expect(kind("a.xml", "application/xml")).toEqual({ kind: "text", language: "xml" });
    expect(kind("a.pdf", "application/pdf").kind).toBe("none");
    expect(kind("a.svg", "image/svg+xml").kind).toBe("svg");
    expect(kind("a.svg", "image/svg+xml", { size_bytes: 5 * 1024 ** 2 })).toEqual({
      kind: "text",
      language: "xml",
    });
    // A misleading name changes nothing.
    expect(kind("a.png", "text/html").kind).toBe("report");
  });

  it("knows texts by type, kind or name", () => {
    expect(kind("a.json", "application/json").kind).toBe("json");
    expect(kind("a.json", "application/json", { size_bytes: 2 * 1024 ** 2 })).toEqual({
      kind: "text",
      language: "json",
    });
    expect(kind("notes.md", "text/plain").kind).toBe("markdown");
    expect(kind("run.test.ts", "text/plain")).toEqual({ kind: "text", language: "typescript" });
    expect(kind("Dockerfile", "text/plain")).toEqual({ kind: "text", language: "dockerfile" });
    expect(kind("x", "application/octet-stream", { file_type: "code" }).kind).toBe("text");
    expect(kind("x.bin", "application/octet-stream", { file_type: "other" }).kind).toBe("none");
    expect(kind("x.txt", "text/plain", { size_bytes: 0 }).kind).toBe("empty");
    expect(kind("constructor", "text/plain")).toEqual({ kind: "text", language: null });
  });
});

describe("ownImage", () => {
  const files = [
    artifact("abcdefgh1", { name: "chart one.png", mime_type: "image/png" }),
    artifact("abcdefgh2", { name: "page.html", mime_type: "text/html" }),
  ];
  const shown = (src: string) => ownImage(src, files, "board.test:3000");

  it("takes a picture of the run by address and by name", () => {
    const own = "/api/artifacts/abcdefgh1?inline=1";
    expect(shown("/api/artifacts/abcdefgh1")).toBe(own);
    expect(shown("http://board.test:3000/api/artifacts/abcdefgh1?inline=1")).toBe(own);
    expect(shown("./chart%20one.png")).toBe(own);
  });

  it("takes nothing else", () => {
    for (const src of [
      "https://elsewhere.test/api/artifacts/abcdefgh1",
      "/api/artifacts/abcdefgh2",
      "/api/artifacts/abcdefgh9",
      "/api/artifacts/abcdefgh1/../../users/me",
      "https://elsewhere.test/chart one.png",
      "//elsewhere.test/api/artifacts/abcdefgh1",
      "data:image/png;base64,AA",
      "%",
      "",
    ]) {
      expect(shown(src), src).toBeNull();
    }
  });
});

describe("decodeText", () => {
  const bytes = (text: string) => new TextEncoder().encode(text);

  it("reads text, whatever ends its lines", () => {
    expect(decodeText(bytes("a\r\nb\rc\n"), false).text).toBe("a\nb\nc\n");
    expect(decodeText(new Uint8Array([0xff, 0xfe, 0x61, 0, 0xe9, 0]), false).text).toBe("aé");
  });

  it("leaves out a last line that is cut, and a character cut in two", () => {
    expect(decodeText(bytes("one\ntwo\nthr"), true).text).toBe("one\ntwo");
    expect(decodeText(bytes("é").subarray(0, 1), true).text).toBe("");
  });

  it("tells what is no text", () => {
    expect(decodeText(new Uint8Array([1, 0, 2]), false).text).toBeNull();
  });
});

it("shows each line of a large text in one window, whole", () => {
  const whole = new TextEncoder().encode("one\ntwo two\nthree\n\nfive five five\nsix");
  for (const length of [1, 3, 4, 5, 8, 13, 40]) {
    const windows: string[] = [];
    for (let from = 0; from < whole.length; from += length) {
      const ahead = whole.subarray(Math.max(0, from - 1));
      const bytes = windowOf(ahead, { from, length, size: whole.length });
      const begins = from === 0 || ahead.subarray(0, length).includes(10);
      if (begins) windows.push(new TextDecoder().decode(bytes));
    }
    expect(windows.join("\n"), `windows of ${length}`).toBe(new TextDecoder().decode(whole));
  }
});

describe("a table", () => {
  it("is read with its quotes, whatever parts its columns", () => {
    const text = '\uFEFFname;note\r\n"a;1";"says ""hi""\nand goes"\r\nb;\r\n';
    expect(readTable(text, "a.csv")).toMatchObject({
      head: ["name", "note"],
      rows: [
        ["a;1", 'says "hi"\nand goes'],
        ["b", ""],
      ],
      left_out: 0,
    });
    expect(readTable("a,b\tc\n1,5\t2", "a.tsv")?.rows).toEqual([["1,5", "2"]]);
    expect(readTable("\n", "a.csv")).toBeNull();
    expect(readTable(`${"x,".repeat(300)}y`, "a.csv")?.left_out).toBe(101);
  });

  it("sorts numbers by value, and what is empty last", () => {
    const rows = [["10"], ["9"], [""], ["-1"]];
    const sorted = (descends: boolean) => sortRows(rows, { column: 0, descends }).flat();
    expect(sorted(false)).toEqual(["-1", "9", "10", ""]);
    expect(sorted(true)).toEqual(["10", "9", "-1", ""]);
    expect(sortRows(rows, null)).toBe(rows);
  });
});

describe("a run's comments and artifacts after a change", () => {
  const run = () => {
    const a = artifact("a", { workflow_comment_id: "c" });
    return { artifacts: [a, artifact("b")], comments: [comment("c", [a]), comment("d")] };
  };

  it("moves an artifact from one comment to another, and to none", () => {
    const moved = patchArtifact(run(), "a", "d");
    expect(moved.comments.map(({ artifacts }) => artifacts.map(({ id }) => id))).toEqual([[], ["a"]]);
    const free = patchArtifact(moved, "a", null);
    expect(free.artifacts[0]?.workflow_comment_id).toBeNull();
    expect(free.comments.flatMap(({ artifacts }) => artifacts)).toEqual([]);
  });

  it("changes nothing, not even the object, where nothing changes", () => {
    const before = run();
    expect(patchArtifact(before, "a", "c")).toBe(before);
    expect(patchArtifact(before, "unknown", "c")).toBe(before);
    expect(withoutArtifact(before, "unknown")).toBe(before);
    expect(withoutComment(before, "unknown")).toBe(before);
    expect(withArtifact(before, artifact("a"))).toBe(before);
  });

  it("takes a deleted artifact from its comment, too", () => {
    const after = withoutArtifact(run(), "a");
    expect(after.artifacts.map(({ id }) => id)).toEqual(["b"]);
    expect(after.comments[0]?.artifacts).toEqual([]);
  });

  it("keeps the artifacts of a deleted comment", () => {
    const after = withoutComment(run(), "c");
    expect(after.comments.map(({ id }) => id)).toEqual(["d"]);
    expect(after.artifacts.map(({ workflow_comment_id }) => workflow_comment_id)).toEqual([null, null]);
  });

  it("adds a new comment with its artifacts, and shows an edited one in its place", () => {
    const b = artifact("b", { workflow_comment_id: "e" });
    const added = withComment(run(), comment("e", [b]));
    expect(added.comments.map(({ id }) => id)).toEqual(["c", "d", "e"]);
    expect(added.artifacts[1]?.workflow_comment_id).toBe("e");
    const edited = withComment(added, { ...comment("d"), text: "other" });
    expect(edited.comments.map(({ text }) => text)).toEqual(["c", "other", "e"]);
  });
});

it("groups by step in the run's order and knows what stands beside an artifact", () => {
  const steps = [
    { id: "row2", step_id: "build", name: "Build" },
    { id: "row1", step_id: "unit", name: "Unit" },
    { id: "row3", step_id: "none", name: "None" },
  ];
  const groups = groupByStep(steps, [
    artifact("a"),
    artifact("b", { workflow_run_step_id: "row2" }),
    artifact("c"),
  ]);
  expect(groups.map(({ step }) => step.step_id)).toEqual(["build", "unit"]);
  const ordered = groups.flatMap(({ artifacts }) => artifacts);
  expect(ordered.map(({ id }) => id)).toEqual(["b", "a", "c"]);
  expect(neighboursOf(ordered, "a")).toMatchObject({ at: 1, before: { id: "b" }, after: { id: "c" } });
  expect(neighboursOf(ordered, "gone")).toEqual({
    at: -1,
    artifact: undefined,
    before: undefined,
    after: undefined,
  });
});

it("says what is lost in a sentence", () => {
  expect(deleteWords({ size_bytes: 2048 }, null)).toBe("The file of 2 KB is gone for everybody, for good.");
  expect(deleteWords({ size_bytes: 1 }, "Ada")).toContain("The comment of Ada loses it.");
  expect(shortName(`${"a".repeat(300)}.json`)).toMatch(/^a{40}…a{4}\.json$/);
  expect(excerpt("# **Look** at\n`this`")).toBe("Look at this");
  expect(excerpt("x".repeat(100), 10)).toBe(`${"x".repeat(9)}…`);
});
