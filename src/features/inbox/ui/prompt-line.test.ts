import { expect, it } from "vitest";
import { promptLine } from "./prompt-line";

it("takes the first line that says something, without its signs", () => {
  expect(promptLine("\n---\n## Send **Announce 1.4** to `all`?\n\nmore")).toBe("Send Announce 1.4 to all?");
  expect(promptLine("- see [the notes](https://example.com/a_b) of snake_case")).toBe(
    "see the notes of snake_case",
  );
  expect(promptLine("2 * 3 * 4")).toBe("2 * 3 * 4");
  expect(promptLine("![](x.png)\n")).toBe("");
});
