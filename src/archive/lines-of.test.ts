import { Readable } from "node:stream";
import { expect, it } from "vitest";
import { linesOf } from "./lines-of";

const lines = async (parts: Buffer[]) => {
  const found: string[] = [];
  for await (const line of linesOf(Readable.from(parts, { objectMode: false }))) found.push(line);
  return found;
};

it("a line ends with a newline alone, however its bytes come", async () => {
  const texts = ['["a\u2028b\u2029c\u0085"]', "", '["é😀"]', "the last"];
  const bytes = Buffer.from(texts.join("\n"));
  expect(await lines([bytes])).toEqual(texts);
  expect(await lines([...bytes].map((byte) => Buffer.from([byte])))).toEqual(texts);
  expect(await lines([Buffer.from("one\n")])).toEqual(["one"]);
  expect(await lines([])).toEqual([]);
});
