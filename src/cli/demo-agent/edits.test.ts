import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { packageRoot } from "../../lib/package-root";
import { answerComments, commentsIn, editsFor, planAfter, planCommentsIn, titleOf } from "./edits";

const SAMPLE = join(packageRoot(), "src/features/new-project/sample");
const inSample = (path: string) => {
  try {
    return readFileSync(join(SAMPLE, path), "utf8");
  } catch {
    return null;
  }
};

describe("the demo agent's rules", () => {
  it("find comments on lines, with all their lines of text", () => {
    const prompt =
      "Please change this:\n\n- `src/a.ts:3`: Too long.\n  Split it.\nREADME.md:10-12 (before the change): Say why.\n\nThanks: a lot";
    expect(commentsIn(prompt)).toEqual([
      { path: "src/a.ts", line: 3, text: "Too long.\nSplit it." },
      { path: "README.md", line: 10, end: 12, text: "Say why." },
    ]);
    expect(commentsIn("Fix: the 12:30 train")).toEqual([]);
  });

  it("find comments on their plan apart from those on lines", () => {
    const prompt =
      "Ada looked at the changes and asks for more.\n\nOn entry 2 of your plan:\n> Change src/a.ts:3: now\n> and then\nNot yet.\n\na.ts:1: Why?";
    const onPlan = [{ entry: 2, quote: "Change src/a.ts:3: now\nand then", text: "Not yet." }];
    expect(planCommentsIn(prompt)).toEqual(onPlan);
    expect(commentsIn(prompt)).toEqual([{ path: "a.ts", line: 1, text: "Why?" }]);
    expect(onPlan.map(planAfter)).toEqual(["Change src/a.ts:3: now\nand then (Not yet.)"]);
    expect(planAfter({ entry: 1, quote: "Look", text: "Say `Look twice`" })).toBe("Look twice");
    expect(planCommentsIn("On entry 2 of your plan: nothing")).toEqual([]);
  });

  it("answer each comment at its line, whatever the others add", () => {
    const comments = [
      { path: "a.ts", line: 1, text: "Why?" },
      { path: "a.ts", line: 2, text: "Better: `return 2;`" },
      { path: "a.ts", line: 99, text: "The end?" },
    ];
    const { after } = answerComments("a.ts", "one();\n  return 1;\nthree();", comments);
    expect(after).toBe("// Reviewed: Why?\none();\n  return 2;\n// Reviewed: The end?\nthree();");
    expect(answerComments("a.md", "x", [{ path: "a.md", line: 1, text: "Hm -- no" }]).after).toBe(
      "<!-- Reviewed: Hm — no -->\nx",
    );
  });

  it("put what is suggested in the place of its lines", () => {
    const prompt =
      "Ada commented on the changes.\n\na.ts:2-3: Rather:\n\n```suggestion\n  b:2: two\n\n  c\n```\nb.ts:1:\n```suggestion\n```";
    const comments = commentsIn(prompt);
    expect(comments.map(({ path, line, end }) => [path, line, end])).toEqual([
      ["a.ts", 2, 3],
      ["b.ts", 1, undefined],
    ]);
    const [first, second] = comments.map((each) => [each]);
    expect(answerComments("a.ts", "1\n2\n3\n4", first ?? []).after).toBe("1\n  b:2: two\n\n  c\n4");
    expect(answerComments("b.ts", "1\n2", second ?? []).after).toBe("2");
  });

  it("teach the sample library weeks once, and write the changelog of any project", () => {
    const edits = editsFor("Understand weeks", inSample);
    expect(edits.map(({ path }) => path)).toEqual([
      "src/units.ts",
      "src/parse.test.ts",
      "README.md",
      "CHANGELOG.md",
    ]);
    const after = new Map(edits.map((edit) => [edit.path, edit.after]));
    expect(editsFor("Understand weeks", (path) => after.get(path) ?? inSample(path))).toEqual([]);
    expect(editsFor("# Be quicker\nA lot.", () => null)).toMatchObject([
      { path: "CHANGELOG.md", before: null, after: "# Changes\n\n- Be quicker\n" },
    ]);
    expect(titleOf("\n## Do **this**\nnow")).toBe("Do **this**");
  });
});

it("answers comments once, however often it is asked", () => {
  const comments = [
    { path: "a.md", line: 1, text: "Name the release." },
    { path: "a.md", line: 3, text: "Make it `- Hello, NAME`" },
  ];
  const { after } = answerComments("a.md", "# Changes\n\n- Greet people\n", comments);
  expect(after).toBe("<!-- Reviewed: Name the release. -->\n# Changes\n\n- Hello, NAME\n");
  expect(answerComments("a.md", after, comments).after).toBe(after);
});
