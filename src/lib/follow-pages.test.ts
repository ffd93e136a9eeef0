import { expect, it } from "vitest";
import { followPages } from "./follow-pages";

const keyOf = (row: number) => String(row);

/** Rows from `from` on, two a page; a cursor is the number of the row with which it begins. */
function pages(count: number, asked: string[] = []) {
  const pageAt = (from: number) => ({
    items: [from, from + 1].filter((row) => row < count),
    next_cursor: from + 2 < count ? String(from + 2) : null,
  });
  const read = async (cursor: string) => {
    asked.push(cursor);
    return pageAt(Number(cursor));
  };
  return { first: pageAt(0), read };
}

it("reads on to the end, in order, each page once", async () => {
  const asked: string[] = [];
  const { first, read } = pages(7, asked);
  expect(await followPages(first, read, { keyOf })).toEqual({
    items: [0, 1, 2, 3, 4, 5, 6],
    next_cursor: null,
  });
  expect(asked).toEqual(["2", "4", "6"]);
});

it("asks for nothing where the first page is all", async () => {
  const asked: string[] = [];
  const { first, read } = pages(2, asked);
  expect(await followPages(first, read, { keyOf })).toEqual({ items: [0, 1], next_cursor: null });
  expect(asked).toEqual([]);
});

it("stops at the page with which there are enough, and says where to go on", async () => {
  const asked: string[] = [];
  const { first, read } = pages(100, asked);
  const read5 = await followPages(first, read, { most: 5, keyOf });
  expect(read5).toEqual({ items: [0, 1, 2, 3, 4, 5], next_cursor: "6" });
  expect(asked).toEqual(["2", "4"]);
  expect(await followPages(first, read, { most: 2, keyOf })).toEqual(first);
});

it("has a row once that moved between two readings, as it was read last", async () => {
  const row = (id: string, seen: number) => ({ id, seen });
  const first = { items: [row("a", 1), row("b", 1)], next_cursor: "next" };
  const read = async () => ({ items: [row("b", 2), row("c", 2)], next_cursor: null });
  const all = await followPages(first, read, { keyOf: ({ id }) => id });
  expect(all.items).toEqual([row("a", 1), row("b", 2), row("c", 2)]);
});

it("fails as the page does that cannot be read", async () => {
  const first = { items: [1], next_cursor: "next" };
  const read = () => Promise.reject(new Error("the server is away"));
  await expect(followPages(first, read, { keyOf })).rejects.toThrow("the server is away");
});
