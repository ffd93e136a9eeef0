import { once } from "node:events";
import { createServer, request } from "node:http";
import type { AddressInfo } from "node:net";
import { sql } from "drizzle-orm";
import type { QueryConfig } from "pg";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { MAX_STREAMS } from "../../../auth/watch-access";
import { workflowLogChunks, workflowRunStepAttempts } from "../../../db/schema/runs";
import { CHANNELS } from "../../../events/wake";
import { serveApi, tokenOf } from "../../../test/api-server";
import { testDatabase } from "../../../test/database";
import { type MadeProject, makeProject, makeRun } from "../../../test/factories";
import { makePerson } from "../../../test/people";
import { followLog } from "./follow-log";

const database = testDatabase({ fresh: true });
const api = serveApi(database);
const url = () => api().url;
const FOLLOWERS = 40;
let made: MadeProject;
let step: string;
let attempt: string;
let length = 0;
const stops: AbortController[] = [];

beforeAll(async () => {
  made = await makeProject(database.db);
  step = (await makeRun(database.db, made)).steps[0]?.id ?? "";
  const [row] = await database.db
    .insert(workflowRunStepAttempts)
    .values({ workflow_run_step_id: step, number: 1, log_directory_path: "logs" })
    .returning();
  attempt = row?.id ?? "";
});
afterAll(() => {
  for (const stop of stops) stop.abort();
});

async function say(text: string): Promise<void> {
  const bytes = Buffer.from(text);
  await database.db
    .insert(workflowLogChunks)
    .values({ attempt_id: attempt, type: "events", offset: length, bytes });
  length += bytes.length;
  await database.db.execute(sql`select pg_notify(${CHANNELS.logs}, ${attempt})`);
}

/** Counts the times that the log is read. */
function countReads(): () => number {
  const queries = vi.spyOn(database.db.$client, "query");
  const isRead = ([query]: unknown[]) => (query as QueryConfig).text.includes("from workflow_log_chunks");
  return () => queries.mock.calls.filter(isRead).length;
}

it("is read once for all who follow it at its end, each of whom gets all of it", async () => {
  const reads = countReads();
  const input = { id: step, type: "events" as const, attempt: undefined, offset: 0, follow: true };
  await say("one\n");
  const texts = await Promise.all(
    Array.from({ length: FOLLOWERS }, async () => {
      const stop = new AbortController();
      stops.push(stop);
      const seen = { text: "" };
      const pieces = await followLog({ db: database.db, actor: made.owner }, input, stop.signal);
      void (async () => {
        for await (const { text } of pieces) seen.text += text;
      })();
      return seen;
    }),
  );
  const all = (text: string) =>
    expect.poll(() => [...new Set(texts.map((seen) => seen.text))]).toEqual([text]);
  await all("one\n");
  // By now each follower has read to the end; from here on they share a reader.
  await new Promise((resolve) => setTimeout(resolve, 1_500));
  const before = reads();
  for (const word of ["two\n", "three\n", "four\n"]) {
    await say(word);
    await new Promise((resolve) => setTimeout(resolve, 300));
  }
  await all("one\ntwo\nthree\nfour\n");
  expect(reads() - before).toBeLessThan(FOLLOWERS);
  for (const stop of stops.splice(0)) stop.abort();
});

it("is followed by so many streams of one person, and no more", async () => {
  const token = await tokenOf(database, made.owner.user_id);
  const stop = new AbortController();
  const ask = (type: string) =>
    fetch(`${url()}/api/workflow-steps/${step}/logs/${type}?follow=1`, {
      headers: { authorization: `Bearer ${token}` },
      signal: stop.signal,
    });
  const opened = [];
  for (let more = 0; more < MAX_STREAMS; more += 32)
    opened.push(...(await Promise.all(Array.from({ length: 32 }, () => ask("events")))));
  expect(new Set(opened.map(({ status }) => status))).toEqual(new Set([200]));
  expect(opened[0]?.headers.get("x-accel-buffering")).toBe("no");
  const refused = await ask("events");
  expect(refused.status).toBe(429);
  expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(0);
  const events = await fetch(`${url()}/api/projects/${made.project.id}/events`, {
    headers: { authorization: `Bearer ${token}` },
  });
  expect(events.status).toBe(429);
  const other = await makePerson(database.db, "Other");
  const theirs = await fetch(`${url()}/api/users/me`, {
    headers: { authorization: `Bearer ${await tokenOf(database, other.user_id)}` },
  });
  expect(theirs.status).toBe(200);
  stop.abort();
  const again = async () => {
    const headers = { authorization: `Bearer ${token}` };
    const answer = await fetch(`${url()}/api/workflow-steps/${step}/logs/events`, { headers });
    await answer.body?.cancel();
    return answer.status;
  };
  await expect.poll(again).toBe(200);
});

/** A proxy that buffers like nginx: responses are held back unless they ask not to be. */
async function serveProxy(): Promise<{ url: string; close: () => void }> {
  const proxy = createServer((incoming, outgoing) => {
    const forward = request(`${url()}${incoming.url}`, { headers: incoming.headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      if (answer.headers["x-accel-buffering"] === "no") answer.pipe(outgoing);
    });
    outgoing.on("close", () => forward.destroy());
    forward.on("error", () => outgoing.destroy()).end();
  });
  await once(proxy.listen(0, "127.0.0.1"), "listening");
  return {
    url: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`,
    close: () => {
      proxy.closeAllConnections();
      proxy.close();
    },
  };
}

it("says something while it is silent, so that no proxy cuts it", { timeout: 30_000 }, async () => {
  const stop = new AbortController();
  const proxy = await serveProxy();
  const response = await fetch(`${proxy.url}/api/workflow-steps/${step}/logs/events?follow=1`, {
    headers: { authorization: `Bearer ${await tokenOf(database, made.owner.user_id)}` },
    signal: stop.signal,
  });
  let text = "";
  for await (const bytes of response.body ?? []) {
    text += Buffer.from(bytes).toString();
    if (text.endsWith("\n\n")) break;
  }
  expect(text).toBe("one\ntwo\nthree\nfour\n\n");
  proxy.close();
});
