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

it("tells behind a commit, once it was made, and has what comes next leave by itself", async () => {
  const local: string[][] = [];
  waker.onLocal("events", (ids) => void local.push(ids));
  const { statement, sent } = waker.message([
    { channel: "events", id: "project" },
    { channel: "logs", id: "attempt" },
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
