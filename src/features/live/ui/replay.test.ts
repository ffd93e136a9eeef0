import { notifyManager, QueryClient, QueryObserver } from "@tanstack/react-query";
import { expect, it } from "vitest";
import { createReplay } from "./replay";

function setUp() {
  const queries = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  const apply = (key: readonly unknown[], phase: string) => queries.setQueryData(key, phase);
  const replay = createReplay<string>(
    queries,
    ({ queryKey }) => queryKey[0] === "phase",
    ({ queryKey }, phase) => apply(queryKey, phase),
  );
  /** Asks, and gives what answers. */
  const ask = (key: string) => {
    let answer = (_phase: string) => {};
    const answered = new Promise<string>((resolve) => {
      answer = resolve;
    });
    const asked = queries.fetchQuery({ queryKey: [key], queryFn: () => answered, staleTime: 0 });
    return {
      answer(phase: string) {
        answer(phase);
        return asked;
      },
    };
  };
  const event = (phase: string) => {
    apply(["phase"], phase);
    replay.event(phase);
  };
  return { queries, ask, event, replay, shown: () => queries.getQueryData(["phase"]) };
}

it("an answer that was asked for before an event takes nothing back", async () => {
  const { queries, ask, event, shown } = setUp();
  event("inspect");
  const asked = ask("phase");
  event("build");
  event("test");
  const seen: unknown[] = [];
  const observer = new QueryObserver(queries, { queryKey: ["phase"], enabled: false });
  // As React's hook listens: once behind all changes of one moment.
  observer.subscribe(notifyManager.batchCalls(() => seen.push(observer.getCurrentResult().data)));
  await asked.answer("inspect");
  await expect.poll(() => seen.length).toBeGreaterThan(0);
  expect(shown()).toBe("test");
  expect(new Set(seen)).toEqual(new Set(["test"]));
});

it("an answer that was asked for after it stands as it is, and so do other queries", async () => {
  const { queries, ask, event, shown } = setUp();
  event("build");
  await ask("phase").answer("pack");
  expect(shown()).toBe("pack");
  const other = ask("other");
  event("test");
  await other.answer("mine");
  expect(queries.getQueryData(["other"])).toBe("mine");
});

it("nothing is kept once a query has failed or nobody listens", async () => {
  const { ask, event, replay, shown } = setUp();
  const asked = ask("phase");
  event("build");
  replay.stop();
  await asked.answer("inspect");
  expect(shown()).toBe("inspect");
});
