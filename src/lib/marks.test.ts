import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { inSentence, withMarks } from "./marks";
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

  it("stay where our own text sets words from right to left apart", () => {
    const text = `${inSentence("שלום")} #12 was started`;
    expect(text).toBe("\u2068שלום\u2069 #12 was started");
    expect(withMarks(withMarks(text))).toBe(text);
    expect(withMarks(inSentence("של\u202eום"))).toBe("\u2068של⟨U+202E⟩ום\u2069");
    expect(withMarks("\u2068שלום")).toBe("⟨U+2068⟩שלום");
    expect(inSentence("Ship")).toBe("Ship");
  });

  it("show as marks in logs and what agents say, where escapes vanish", () => {
    expect(plainText("\u001b[31mrm\u001b[0m \u202etxt.exe\u0007")).toBe("rm ⟨U+202E⟩txt.exe");
  });
});

/** What people and programs have given: as text of an element, behind a tag or on a line of its own. */
const RAW =
  /(?<![=$\w(,:?&|.`])\{(?:[A-Za-z_$][\w$]*\??\.)*(?:name|description|phase|heading|place|reason|refusal|failure|email|path|prompt|branch|(?:definition|run|user)_name|created_by|error_message|last_error)\}/;

it("no page shows such a text as it is", () => {
  const root = join(import.meta.dirname, "../features");
  const pages = readdirSync(root, { recursive: true, encoding: "utf8" }).filter((file) =>
    file.endsWith(".tsx"),
  );
  expect(pages.length).toBeGreaterThan(100);
  const found = pages.flatMap((file) =>
    readFileSync(join(root, file), "utf8")
      .split("\n")
      .flatMap((line, at) =>
        RAW.test(line) && !line.includes("`") ? [`${file}:${at + 1}: ${line.trim()}`] : [],
      ),
  );
  expect(found).toEqual([]);
});
