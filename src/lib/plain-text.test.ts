import { expect, it } from "vitest";
import { plainText, reasonText, withoutEscapes } from "./plain-text";

it.each([
  ["\u001b[1;31mred\u001b[0m", "red"],
  ["\u001b]8;;https://a.example\u0007link\u001b]8;;\u001b\\", "link"],
  ["\u009b31mred\u009b0m \u0085", "red "],
  ["\u001bPq#0\u001b\\a\u001b(Bb\u001b7c", "abc"],
  ["a\tb\r\nc", "a\tb\r\nc"],
])("%j is read as %j", (given, read) => expect(plainText(given)).toBe(read));

it("leaves colours where they are wanted", () => {
  expect(withoutEscapes("\u001b[2K\u001b[31mred\u001b[0m", true)).toBe("\u001b[31mred\u001b[0m");
});

it("gives of a line that was written over what stands there in the end", () => {
  expect(reasonText("one\r\n\u001b[2K⠋ loading\r⠙ loading\rError: no key\r\n")).toBe("one\nError: no key\n");
});
