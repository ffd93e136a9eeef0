import { describe, expect, it } from "vitest";
import { align } from "../../lib/align";
import { alignLines } from "./align-lines";
import { maskLine } from "./mask-line";

it("aligns lists by their keys: what only a later one has comes behind what it follows there", () => {
  const rows = align(
    ["a c", "a b c", "d c"].map((list) => list.split(" ")),
    (key) => key,
  );
  expect(rows.map((row) => row.map((key) => key ?? "-").join(""))).toEqual(["--d", "aa-", "-b-", "ccc"]);
});

describe("a line's changing parts", () => {
  it.each([
    ["2026-01-31T09:00:00.000Z started", "2027-12-01T10:11:12.999Z started"],
    ["[09:00:01] ok in 12 ms", "[23:59:59] ok in 1.2s"],
    ["Run 0b1e5a7c-1111-4222-8333-944445555666", "Run 7f1e5a7c-aaaa-4222-8333-944445555667"],
    ["commit 3f786850e387550fdab836ed7e6dc881de23001b", "commit 89e6c98d92887913cadf06b2adb97f26cde4849b"],
    ["at 0xdeadbeef", "at 0x1"],
    ["epoch 1764550000", "epoch 1764559999"],
    ["in /tmp/build-AbC123/x", "in /tmp/build-Zz9y8X/x"],
  ])("%s is %s", (one, other) => expect(maskLine(one)).toBe(maskLine(other)));

  it.each([
    ["42 tests passed", "41 tests passed"],
    ["expected 2, got 3", "expected 2, got 4"],
    ["added feedback", "added facade"],
    ["1234567 bytes", "7654321 bytes"],
    ["version 1.4.0", "version 1.5.0"],
  ])("%s is not %s", (one, other) => expect(maskLine(one)).not.toBe(maskLine(other)));

  it("is quick for a line of any kind", () => {
    const began = performance.now();
    for (const text of ["1", "a1", "a", "0:", "/tmp/a-", "1."]) maskLine(text.repeat(20_000));
    expect(performance.now() - began).toBeLessThan(1_000);
  });
});

const lines = (text: string) => text.split(" ").map((word) => ({ text: word }));
const shown = ({ rows }: ReturnType<typeof alignLines<{ text: string }>>) =>
  rows.map(({ same, left, right }) => `${left?.text ?? ""}${same ? "=" : "|"}${right?.text ?? ""}`).join(" ");

it("puts lines of two logs beside each other, and those that differ in place of each other", () => {
  expect(shown(alignLines(lines("a b c 12ms z"), lines("a x y c 9ms")))).toBe("a=a b|x |y c=c 12ms=9ms z|");
});

it("does not look for ever for what two logs have in common", () => {
  const many = (by: number) => Array.from({ length: 1_000 }, (_, at) => ({ text: `x${(at * by) % 997}y` }));
  const began = performance.now();
  expect(alignLines(many(7), many(11)).rows.length).toBeGreaterThanOrEqual(1_000);
  expect(performance.now() - began).toBeLessThan(2_000);
});
