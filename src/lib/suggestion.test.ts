import { expect, it } from "vitest";
import { suggestionIn, suggestionOf } from "./suggestion";

it("reads the lines of a block, with their indents, and none where there is no block", () => {
  expect(suggestionIn("Rather:\n\n```suggestion\n  return 2;\n\nend\n```\nSo?")).toBe("  return 2;\n\nend\n");
  expect(suggestionIn("```suggestion\r\none\r\n```")).toBe("one\n");
  expect(suggestionIn("```suggestion\n```")).toBe("");
  expect(suggestionIn("```suggestion\nnever ends")).toBeUndefined();
  expect(suggestionIn("```ts\none\n```")).toBeUndefined();
});

it("writes a block that is read as it was, whatever stands in it", () => {
  for (const lines of ["one\ntwo", "```js\nx\n```", "````\n", ""]) {
    expect(suggestionIn(suggestionOf(lines))).toBe(lines === "" ? "" : `${lines}\n`);
  }
});
