import { expect, it } from "vitest";
import { isGeneratedName } from "./queries/generated";

it.each([
  "package-lock.json",
  "a/Cargo.lock",
  "yarn.lock",
  "go.sum",
  "x/app.min.js",
  "app.js.map",
  "uv.lock",
  "bun.lockb",
])("%s is written by a tool", (path) => expect(isGeneratedName(path)).toBe(true));

it.each(["lock.ts", "src/block", "locksmith.lock.md", "min.js", "package.json", "a.lock/readme"])(
  "%s is not",
  (path) => expect(isGeneratedName(path)).toBe(false),
);
