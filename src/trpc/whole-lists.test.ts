import { createTRPCClient, type TRPCLink } from "@trpc/client";
import { observable } from "@trpc/server/observable";
import { expect, it } from "vitest";
import type { AppRouter } from "../api/router";
import { PAGE } from "../lib/follow-pages";
import { wholeLists } from "./whole-lists";

interface Asked {
  path: string;
  input: Record<string, unknown>;
}

/** A client whose server has `count` rows of everything and answers asynchronously with pages of `size`. */
function clientOf({ count, size = 2, failsAt }: { count: number; size?: number; failsAt?: number }) {
  const asked: Asked[] = [];
  const server: TRPCLink<AppRouter> =
    () =>
    ({ op }) =>
      observable((observer) => {
        const input = (op.input ?? {}) as Record<string, unknown>;
        asked.push({ path: op.path, input });
        const timer = setTimeout(() => {
          const from = Number(input.cursor ?? 0);
          if (from === failsAt) return observer.error(new Error("the server is away") as never);
          const items = Array.from({ length: Math.min(size, count - from) }, (_, at) => ({ id: from + at }));
          const next_cursor = from + size < count ? String(from + size) : null;
          observer.next({ result: { type: "data", data: { items, next_cursor, total: count } } });
          observer.complete();
        });
        op.signal?.addEventListener("abort", () => observer.error(new Error("nobody waits") as never));
        return () => clearTimeout(timer);
      });
  return { asked, client: createTRPCClient<AppRouter>({ links: [wholeLists, server] }) };
}

const ids = ({ items }: { items: readonly { id: unknown }[] }) => items.map(({ id }) => id);

it("gives all of a list of short rows as one answer, with what else the last page says", async () => {
  const { asked, client } = clientOf({ count: 5 });
  const answer = await client.secrets.list.query({ project_id: "p" });
  expect(answer).toMatchObject({ next_cursor: null, total: 5 });
  expect(answer.items).toEqual([0, 1, 2, 3, 4].map((id) => ({ id })));
  expect(asked).toEqual([
    { path: "secrets.list", input: { project_id: "p", limit: PAGE } },
    { path: "secrets.list", input: { project_id: "p", limit: PAGE, cursor: "2" } },
    { path: "secrets.list", input: { project_id: "p", limit: PAGE, cursor: "4" } },
  ]);
});

it("gives a list that takes no input whole, and an empty one", async () => {
  expect(ids(await clientOf({ count: 3 }).client.projects.list.query())).toEqual([0, 1, 2]);
  expect(ids(await clientOf({ count: 0 }).client.tokens.list.query())).toEqual([]);
});

it("leaves a page alone that somebody names, and what may be long", async () => {
  const { asked, client } = clientOf({ count: 9 });
  const page = await client.secrets.list.query({ project_id: "p", cursor: "4" });
  expect(page.items).toEqual([{ id: 4 }, { id: 5 }]);
  expect(ids(await client.runs.list.query({ project_id: "p" }))).toEqual([0, 1]);
  expect(asked.map(({ input }) => input)).toEqual([{ project_id: "p", cursor: "4" }, { project_id: "p" }]);
});

it("fails where one of its pages does, rather than give a part as the whole", async () => {
  const { client } = clientOf({ count: 9, failsAt: 4 });
  await expect(client.secrets.list.query({ project_id: "p" })).rejects.toThrow("the server is away");
});

it("asks for no more pages once nobody waits for it", async () => {
  const { asked, client } = clientOf({ count: 1_000 });
  const leaving = new AbortController();
  const answer = client.secrets.list.query({ project_id: "p" }, { signal: leaving.signal });
  leaving.abort();
  await expect(answer).rejects.toThrow("nobody waits");
  const then = asked.length;
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(asked.length).toBe(then);
});
