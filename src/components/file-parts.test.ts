import { describe, expect, it } from "vitest";
import { pastedFiles, pastedName } from "./dropped-files";
import { splitFileName } from "./file-name";
import { fileSize } from "./file-size";

describe("splitFileName", () => {
  it("keeps the extension and what stands before it", () => {
    expect(splitFileName("a report of the whole night-12.json")).toEqual({
      start: "a report of the whole nigh",
      end: "t-12.json",
    });
  });

  it("loses nothing of a name, whatever it is", () => {
    for (const name of [
      "a",
      "ab",
      ".gitignore",
      "no extension at all",
      `${"x".repeat(300)}.tar.gz`,
      "e\u0301.txt",
      "👩‍👩‍👧.png",
    ]) {
      const { start, end } = splitFileName(name);
      expect(start + end).toBe(name);
    }
  });

  it("shows what breaks a line or turns the name around", () => {
    expect(splitFileName("photo\u202egpj.exe")).toEqual({ start: "photo␣g", end: "pj.exe" });
    const { start, end } = splitFileName("a\nb\u0000c\u2066.md");
    expect(start + end).toBe("a␣b␣c␣.md");
  });

  it("does not split a sign in two", () => {
    const { start, end } = splitFileName("👩".repeat(8));
    expect([...start, ...end].every((sign) => sign === "👩")).toBe(true);
  });
});

it("says sizes as the limits are counted", () => {
  expect([0, 1, 1023, 1024, 1536, 10 * 1024 ** 2, 100 * 1024 ** 2].map(fileSize)).toEqual([
    "0 bytes",
    "1 byte",
    "1023 bytes",
    "1 KB",
    "1.5 KB",
    "10 MB",
    "100 MB",
  ]);
});

describe("pasting", () => {
  const clipboard = (types: string[], text: string) =>
    ({ types, files: [{ name: "image.png" }], getData: () => text }) as unknown as DataTransfer;

  it("takes a picture, also one that was copied from a page", () => {
    expect(pastedFiles(clipboard(["Files"], ""))).toHaveLength(1);
    expect(pastedFiles(clipboard(["text/html", "Files"], ""))).toHaveLength(1);
  });

  it("leaves a table that brings a picture of itself to the text field", () => {
    expect(pastedFiles(clipboard(["text/plain", "text/html", "Files"], "a\tb"))).toEqual([]);
  });

  it("names a picture by the moment, and a file as it is", () => {
    const at = new Date(2026, 0, 2, 3, 4, 5);
    expect(pastedName({ name: "image.png", type: "image/png" }, at)).toBe("pasted-2026-01-02-03-04-05.png");
    expect(pastedName({ name: "chart.png", type: "image/png" }, at)).toBe("chart.png");
  });
});
