import { describe, expect, it } from "vitest";
import { numbered, safeName } from "./safe-name";

describe("the path of an artifact", () => {
  it.each([
    ["report.html", "report.html"],
    ["dist/deep/app.tgz", "dist/deep/app.tgz"],
    ["site/.nojekyll", "site/.nojekyll"],
    ["日本語 é.txt", "日本語 é.txt"],
    ["../../etc/passwd", "__/__/etc/passwd"],
    ["/etc//./passwd", "etc/passwd"],
    ["C:\\a\\b?.txt", "C__a_b_.txt"],
    ["a\0b\nc\u202ed", "a_b_c_d"],
    ["repo/.GIT/config", "repo/_GIT/config"],
    [".a.0123456789ab.tmp", "_a.0123456789ab.tmp"],
    ["end. .", "end___"],
    ["...", "___"],
    ["/", "file"],
    ["", "file"],
  ])("of %j is %j", (name, path) => {
    expect(safeName(name)).toBe(path);
  });

  it("fits a file system, and keeps its ending", () => {
    const path = safeName(`${"é".repeat(500)}.json`);
    expect(path.endsWith("é.json")).toBe(true);
    expect(Buffer.byteLength(path)).toBeLessThanOrEqual(200);
    expect(safeName(`${"folder/".repeat(100)}a.txt`)).toBe("a.txt");
  });

  it("has its number ahead of the ending", () => {
    expect(numbered("a/report.html", 2)).toBe("a/report-2.html");
    expect(numbered("a.b/Makefile", 3)).toBe("a.b/Makefile-3");
    expect(numbered(".env", 2)).toBe(".env-2");
  });
});
