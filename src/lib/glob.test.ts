import { describe, expect, it } from "vitest";
import { Glob, GlobError } from "./glob";

function matches(pattern: string, path: string): boolean {
  const glob = new Glob(pattern);
  let states: ReturnType<Glob["start"]> | null = glob.start();
  for (const name of path.split("/")) {
    if (states) states = glob.enter(states, name);
  }
  return states !== null && glob.matches(states);
}

describe("a glob", () => {
  it.each([
    ["dist/**/*.tgz", "dist/a.tgz", true],
    ["dist/**/*.tgz", "dist/a/b/c.tgz", true],
    ["dist/**/*.tgz", "dist/a.tgz.sig", false],
    ["dist/**/*.tgz", "other/a.tgz", false],
    ["*.txt", "a.txt", true],
    ["*.txt", "a/b.txt", false],
    ["**", "a", true],
    ["**", "a/b/c", true],
    ["a/**", "a/b", true],
    ["a/**", "a", false],
    ["**/b/**/d", "a/b/c/d", true],
    ["**/b/**/d", "b/d", true],
    ["?.log", "a.log", true],
    ["?.log", "ab.log", false],
    ["?", "😀", true],
    ["[a-c]x[!0-9]", "bxz", true],
    ["[a-c]x[!0-9]", "bx1", false],
    ["[]]", "]", true],
    ["report.{html,xml}", "report.xml", true],
    ["{a/b,c}/d", "a/b/d", true],
    ["{a/b,c}/d", "c/d", true],
    ["{a,{b,c}d}", "cd", true],
    ["{a}", "{a}", true],
    ["a\\*b", "a*b", true],
    ["a\\*b", "axb", false],
    ["a.b", "axb", false],
    ["(a)+$^|", "(a)+$^|", true],
    ["./dist//x", "dist/x", true],
    // A folder that is named is taken with all that is in it.
    ["dist", "dist/a/b.txt", true],
    ["dist/", "dist/a", true],
    ["dist", "dist", true],
    ["d*", "dist/a", false],
    ["a.txt", "b/a.txt", false],
    // Wildcards pass over what nobody means by everything.
    ["**", "node_modules/a/index.js", false],
    ["**/*.js", "a/node_modules/b.js", false],
    ["node_modules/a/*.js", "node_modules/a/b.js", true],
    ["**", ".git/config", false],
    ["**", "a/.env", false],
    ["*", ".env", false],
    [".env*", ".env.local", true],
    [".git/**", ".git/config", true],
    ["dist", "dist/.vite/manifest.json", true],
    ["dist/.vite", "dist/.vite/manifest.json", true],
  ])("%s and %s: %s", (pattern, path, expected) => {
    expect(matches(pattern, path)).toBe(expected);
  });

  it.each(["../a", "a/../../b", "/etc/passwd", "{..,a}/b", "C:/x", "", "./", "x".repeat(1_001)])(
    "refuses %j",
    (pattern) => {
      expect(() => new Glob(pattern)).toThrow(GlobError);
    },
  );

  it("refuses braces that multiply", () => {
    expect(() => new Glob("{a,b}".repeat(20))).toThrow("too many choices");
  });

  it("says that nothing below a folder can match", () => {
    const glob = new Glob("dist/*.tgz");
    expect(glob.enter(glob.start(), "src")).toBeNull();
    expect(glob.enter(glob.start(), "dist")).not.toBeNull();
  });

  it("takes no time over a pattern that a backtracking matcher would not end with", () => {
    const started = performance.now();
    expect(matches(`${"*a".repeat(100)}b`, "a".repeat(255))).toBe(false);
    expect(performance.now() - started).toBeLessThan(15_000);
  });
});
