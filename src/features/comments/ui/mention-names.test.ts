import { expect, it } from "vitest";
import { mentionNames, offered } from "./mention-names";

const person = (id: string, name: string) => ({ id: `${id}0000000`, name, email: `${id}@example.com` });
const names = mentionNames(
  [person("a", "Ann"), person("b", "Ann Lee"), person("c", "Ann"), person("d", "Zoë (QA)")],
  [{ id: "gone00000", name: "Gone" }],
);

it("writes names for ids and takes them back, the longest and the one that is meant", () => {
  const stored = "<@a0000000>, <@b0000000>: <@c0000000>? <@d0000000>! <@gone00000> <@unknown00>";
  const typed = "@Ann, @Ann Lee: @Ann (c@example.com)? @Zoë (QA)! @Gone <@unknown00>";
  expect(names.typed(stored)).toBe(typed);
  expect(names.stored(typed)).toBe(stored);
  for (const plain of ["ann@Ann", "@Annabel", "x.@Ann", "@Bob"]) expect(names.stored(plain)).toBe(plain);
});

it("offers people behind an @ by the beginning of a word of their name", () => {
  const at = (text: string) => offered(names, text, text.length)?.people.map(({ id }) => id.slice(0, 1));
  expect(at("Hi @")).toEqual(["a", "b", "c", "d", "g"]);
  expect(at("Hi @le")).toEqual(["b"]);
  expect(at("Hi @ann")).toEqual(["b", "c"]);
  expect(at("(@z")).toEqual(["d"]);
  for (const none of ["Hi", "me@ann", "@nobody", "@Ann\n"]) expect(at(none)).toBeUndefined();
});
