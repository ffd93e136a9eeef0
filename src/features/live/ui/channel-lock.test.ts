import { BroadcastChannel } from "node:worker_threads";
import { afterEach, expect, it } from "vitest";
import { channelLock } from "./channel-lock";

const FAST = { answerMs: 200, askMs: 300 };
let name = 0;

const open: (() => void)[] = [];

afterEach(() => {
  for (const close of open.splice(0)) close();
});

/** Makes `count` tabs that want the lock; `leaders` are those that hold it. */
function tabs(count: number) {
  name += 1;
  const leaders = new Set<number>();
  const all = Array.from({ length: count }, (_, tab) => {
    const channel = new BroadcastChannel(`lock ${name}`);
    const lock = channelLock(channel as never, FAST);
    let release = () => {};
    const stop = new AbortController();
    const lead = () =>
      new Promise<void>((resolve) => {
        leaders.add(tab);
        release = resolve;
      });
    const ended = () => leaders.delete(tab);
    let isDead = false;
    open.push(() => {
      stop.abort();
      if (!isDead) lock.close();
    });
    return {
      stand: () => lock.request(lead, { signal: stop.signal }).then(ended, ended),
      steal: () => lock.request(lead, { steal: true }).then(ended, ended),
      release: () => release(),
      /** The tab freezes or crashes: it does not answer any more. */
      die: () => {
        isDead = true;
        channel.close();
      },
    };
  });
  return { all, leaders };
}

const one = (leaders: Set<number>) => expect.poll(() => [...leaders]).toHaveLength(1);
const [leaderOf, sleep] = [
  (leaders: Set<number>) => [...leaders][0] ?? -1,
  (ms: number) => new Promise((resolve) => setTimeout(resolve, ms)),
];

it("is held by one of seven tabs, and goes to another when that one leaves", async () => {
  const { all, leaders } = tabs(7);
  for (const tab of all) void tab.stand();
  await one(leaders);
  await sleep(700);
  expect(leaders.size).toBe(1);
  const first = leaderOf(leaders);
  all[first]?.release();
  await expect.poll(() => [...leaders].filter((tab) => tab !== first)).toHaveLength(1);
  expect(leaders.size).toBe(1);
});

it("is taken from a tab that answers no more", async () => {
  const { all, leaders } = tabs(2);
  void all[0]?.stand();
  await one(leaders);
  void all[1]?.stand();
  await sleep(600);
  expect([...leaders]).toEqual([0]);
  all[0]?.die();
  await expect.poll(() => [...leaders]).toContain(1);
});

it("can be stolen, which its holder is told", async () => {
  const { all, leaders } = tabs(2);
  void all[0]?.stand();
  await one(leaders);
  // Wait until the tab has heard who holds the lock, as a tab that steals it has.
  await sleep(500);
  void all[1]?.steal();
  await expect.poll(() => [...leaders]).toEqual([1]);
});
