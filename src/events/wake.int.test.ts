import { afterEach, beforeEach, expect, it } from "vitest";
import { closeDatabase, type Db, openDatabase } from "../db/client";
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
  waker = new Waker(db);
  heard = [];
  await db.$client.listen(CHANNELS.events, (payload) => void heard.push(payload));
});
afterEach(() => closeDatabase(db));

it("tells at once, and has what comes next leave by itself", async () => {
  const local: string[][] = [];
  waker.onLocal("events", (ids) => void local.push(ids));
  waker.wake({ channel: "events", id: "project" }, { channel: "logs", id: "attempt" });
  await expect.poll(() => heardOf("project")).toBe(1);
  expect(local).toEqual([["project"]]);
  // Messages wait for each other, so that a busy project costs one at a time. The listener of this process does not.
  for (const id of ["next", "last", "next"]) waker.wake({ channel: "events", id });
  expect(local).toEqual([["project"], ["next"], ["last"], ["next"]]);
  await expect.poll(() => [heardOf("next"), heardOf("last")]).toEqual([1, 1]);
  expect(heard).toHaveLength(2);
});

it("lets its sender alone know its own message, whose listener was told at once", async () => {
  const local: string[][] = [];
  waker.onLocal("events", (ids) => void local.push(ids));
  waker.wake({ channel: "events", id: "project" });
  await expect.poll(() => heard).toHaveLength(1);
  expect(local).toEqual([["project"]]);
  const [payload = ""] = heard;
  expect(waker.ofOthers(payload)).toEqual([]);
  expect(new Waker(db).ofOthers(payload)).toContain("project");
});
