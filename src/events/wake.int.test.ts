import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, expect, it } from "vitest";
import { closeDatabase, type Db, openDatabase } from "../db/client";
import { Closing } from "../db/closing";
import { waitFor } from "../lib/wait-for";
import { testDatabase } from "../test/database";
import { CHANNELS, Waker } from "./wake";

const database = testDatabase();

let db: Db;
/** What a process that listens has heard, one payload a message. */
let heard: string[];
let waker: Waker;
const heardOf = (id: string) => heard.filter((payload) => payload.split(",").includes(id)).length;

beforeEach(async () => {
  db = openDatabase(database.url, { name: "test", max: 2 });
  waker = new Waker(db.$client);
  heard = [];
  await db.$client.listen(CHANNELS.events, (payload) => void heard.push(payload));
});
afterEach(() => closeDatabase(db));

it("sends what may wait some ms later, and with what may not at once", async () => {
  // By then its connection is open, and the gap behind a message is over.
  waker.wake("events", "first");
  expect(await waitFor(() => heardOf("first") === 1, 2_000)).toBe(true);
  await sleep(50);
  waker.message([{ channel: "events", id: "patient", mayWait: true }]).sent();
  await sleep(50);
  expect(heardOf("patient")).toBe(0);
  expect(await waitFor(() => heardOf("patient") === 1, 2_000)).toBe(true);

  waker.message([{ channel: "events", id: "other", mayWait: true }]).sent();
  waker.wake("events", "urgent");
  expect(await waitFor(() => heardOf("urgent") === 1, 2_000)).toBe(true);
  expect(heardOf("other")).toBe(1);
  await sleep(200);
  expect(heard).toHaveLength(3);
});

it("tells behind a commit, once it was made, and has what comes next leave by itself", async () => {
  const local: string[][] = [];
  waker.onLocal("events", (ids) => void local.push(ids));
  const { statement, sent } = waker.message([
    { channel: "events", id: "project" },
    { channel: "logs", id: "attempt", mayWait: true },
  ]);
  await db.transaction(async () => new Closing(null, [], statement));
  expect(local).toEqual([]);
  sent();
  expect(local).toEqual([["project"]]);
  // Right behind a message there is none, so that a busy project costs one at a time.
  const next = waker.message([{ channel: "events", id: "next" }]);
  expect(next.statement).toBeUndefined();
  next.sent();
  expect(await waitFor(() => heardOf("project") === 1 && heardOf("next") === 1, 2_000)).toBe(true);
  expect(heard).toHaveLength(2);
});

it("lets its sender alone know its own message, whose listener was told as it left", async () => {
  const local: string[][] = [];
  waker.onLocal("events", (ids) => void local.push(ids));
  waker.wake("events", "project");
  expect(await waitFor(() => heard.length === 1, 2_000)).toBe(true);
  expect(local).toEqual([["project"]]);
  const [payload = ""] = heard;
  expect(waker.ofOthers(payload)).toEqual([]);
  expect(new Waker(db.$client).ofOthers(payload)).toContain("project");
});
