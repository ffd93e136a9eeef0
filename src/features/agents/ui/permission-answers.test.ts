import { expect, it } from "vitest";
import { answersInOrder, isOfOnce } from "./permission-answers";

it("offers the answers for this call first, and those for later ones apart", () => {
  const kinds = ["allow_always", "reject_always", "ask_me", "reject_once", "allow_once"];
  const options = kinds.map((kind) => ({ option_id: kind, name: kind, kind }));
  const ordered = answersInOrder(options).map(({ kind }) => kind);
  expect(ordered.filter((kind) => kind !== "ask_me")).toEqual([
    "allow_once",
    "reject_once",
    "allow_always",
    "reject_always",
  ]);
  expect(options.filter(isOfOnce).map(({ kind }) => kind)).toEqual(["ask_me", "reject_once", "allow_once"]);
});
