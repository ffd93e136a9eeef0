import { describe, expect, it } from "vitest";
import { withMarks } from "./marks";
import { plainText } from "./plain-text";

describe("characters that turn or hide text", () => {
  it.each([
    ["rm \u202etxt.exe", "rm ⟨U+202E⟩txt.exe"],
    ["a\u2066b\u2069", "a⟨U+2066⟩b⟨U+2069⟩"],
    ["a\u200bb\ufeffc\u00add", "a⟨U+200B⟩b⟨U+FEFF⟩c⟨U+00AD⟩d"],
    ["\u{e0041}dmin", "⟨U+E0041⟩dmin"],
    ["a\u0007b\u0085", "a⟨U+0007⟩b⟨U+0085⟩"],
    ["two\nlines\tof 👩‍💻 نام‌ها", "two\nlines\tof 👩‍💻 نام‌ها"],
  ])("show as marks in names: %j", (text, shown) => expect(withMarks(text)).toBe(shown));

  it("show as marks in logs and what agents say, where escapes vanish", () => {
    expect(plainText("\u001b[31mrm\u001b[0m \u202etxt.exe\u0007")).toBe("rm ⟨U+202E⟩txt.exe");
  });
});
