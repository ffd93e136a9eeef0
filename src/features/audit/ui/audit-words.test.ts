import { expect, it } from "vitest";
import { changesOf } from "./audit-words";

it("sets what was beside what is, also where only one side has it", () => {
  const before = { role: "member", text: null };
  const after = { role: "owner", text: "Hello", budget: { tokens: 5 } };
  expect(changesOf({ before, after })).toEqual([
    { name: "role", before: "member", after: "owner" },
    { name: "text", before: "none", after: "Hello" },
    { name: "budget", before: undefined, after: '{"tokens":5}' },
  ]);
  expect(changesOf({ before: null, after: null })).toEqual([]);
});
