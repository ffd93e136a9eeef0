import { expect, it } from "vitest";
import { tsqueryOf, wordsOf } from "./search-words";

it("finds words between all that is none, in lower case and once, with the parts of joined ones", () => {
  expect(wordsOf("Release v1.4.0-beta: fix/Retention_sweep · ÉTÉ release")).toEqual([
    ..."release v1 4 0 beta fix retention sweep été".split(" "),
  ]);
  expect(wordsOf("at parseYaml (HTTPServer.ts:12)")).toEqual(
    "at parseyaml parse yaml httpserver ts 12".split(" "),
  );
});

it("asks for the beginnings of words, and for nothing that is no word", () => {
  expect(tsqueryOf("Rele 1.4")).toBe("'rele':* & '1':* & '4':*");
  expect(tsqueryOf("it's | !(x) <-> \\ ' \0")).toBe("'it':* & 's':* & 'x':*");
  expect(tsqueryOf("a")).toBeNull();
  expect(tsqueryOf("··")).toBeNull();
});
