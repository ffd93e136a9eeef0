import { expect, it } from "vitest";
import { regionAfter } from "../../artifacts/ui/image-regions";
import type { Comment } from "../schema";
import { threadsOf } from "./threads";

const comment = (id: string, parent_id: string | null = null) => ({ id, parent_id }) as Comment;

it("puts answers to what they answer, and lets one stand by itself whose thread is not loaded", () => {
  const threads = threadsOf([comment("x", "earlier"), comment("a"), comment("b"), comment("c", "a")]);
  const ids = threads.map(({ first, answers }) => [first.id, answers.map(({ id }) => id)]);
  expect(ids).toEqual([
    ["x", []],
    ["a", ["c"]],
    ["b", []],
  ]);
});

it("moves and resizes a part of a picture within it", () => {
  const corner = { x: 0, y: 0.5, width: 0.995, height: 0.5 };
  expect(regionAfter(corner, "ArrowLeft", false)).toEqual(corner);
  expect(regionAfter(corner, "ArrowRight", true)).toEqual({ ...corner, width: 1 });
  expect(regionAfter({ ...corner, height: 0.015 }, "ArrowUp", true)?.height).toBe(0.01);
  expect(regionAfter(corner, "Enter", false)).toBeNull();
});
