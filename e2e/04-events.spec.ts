import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "@playwright/test";
import type { Api } from "./support/api";
import { makePerson } from "./support/people";
import { ownProcesses, server } from "./support/server";

const CLIENTS = 20;
const CHANGES = 8;
const RECONNECTS = 20;

/**
 * Reads the project's events after `last` until `enough` of them came or the stream ended; returns their ids.
 */
async function read(
  api: Api,
  project_id: string,
  last: number,
  enough: (ids: number[]) => boolean,
): Promise<number[]> {
  const stop = new AbortController();
  // A timer instead of AbortSignal.timeout: Node 20 may garbage-collect a timeout inside AbortSignal.any,
  // which then never fires.
  const late = setTimeout(() => stop.abort(), 10_000);
  const ids: number[] = [];
  try {
    const response = await fetch(`${server.url}/api/projects/${project_id}/events`, {
      headers: { authorization: `Bearer ${api.token}`, "last-event-id": String(last) },
      signal: stop.signal,
    });
    if (!response.ok || !response.body) return ids;
    const decoder = new TextDecoder();
    let text = "";
    for await (const bytes of response.body) {
      text += decoder.decode(bytes, { stream: true });
      const whole = text.lastIndexOf("\n\n");
      ids.push(...[...text.slice(0, whole).matchAll(/^id: (\d+)$/gm)].map((match) => Number(match[1])));
      text = text.slice(whole);
      if (enough(ids)) break;
    }
  } catch {
    // The connection was cut; readers reconnect with their last id.
  }
  clearTimeout(late);
  stop.abort();
  return ids;
}

/** Retries while the database is away; a refused request has changed nothing. */
async function insist<T>(work: () => Promise<T>): Promise<T> {
  for (let tries = 0; ; tries++) {
    try {
      return await work();
    } catch (error) {
      if (tries === 100) throw error;
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  }
}

async function postmaster(): Promise<number> {
  const file = await readFile(join(server.dataDir, "postgres", "cluster", "postmaster.pid"), "utf8");
  return Number(file.split("\n")[0]);
}

test("a reader that reconnects has every event once and in order, also when Postgres is killed in between", async () => {
  test.setTimeout(180_000);
  const { api } = await makePerson("Tony", "admin");
  const project = await api.createProject("Events");
  const definition = await api.createDefinition(
    project,
    "name: Nothing\nphases: [work]\nsteps: [{ id: only, type: script, run: 'true' }]\n",
  );
  await api.do("PATCH", `/projects/${project.id}`, { max_concurrent_runs: 1 });

  const before = await ownProcesses();
  expect(before).toHaveLength(2);
  let changing = true;
  const clients = Promise.all(
    Array.from({ length: CLIENTS }, async (_, client) => {
      for (let change = 0; change < CHANGES; change++) {
        const { id } = await insist(() => api.start(definition, `${client}.${change}`));
        await insist(() => api.ask("POST", `/workflow-executions/${id}/cancel`));
      }
    }),
  ).finally(() => {
    changing = false;
  });

  const seen: number[] = [];
  for (let connection = 0; connection < RECONNECTS; connection++) {
    if (connection === RECONNECTS / 2) process.kill(await postmaster(), "SIGKILL");
    // A small number, so that each connection has events left to read and does not wait.
    const goal = 15;
    const ids = await read(api, project.id, seen.at(-1) ?? 0, (found) => found.length >= goal || !changing);
    seen.push(...ids.slice(0, goal));
  }
  await clients;
  const runs = await insist(() =>
    api.do<{ status: string }[]>("GET", `/workflow-executions?project_id=${project.id}&limit=200`),
  );
  expect(runs.length).toBeGreaterThanOrEqual(CLIENTS * CHANGES);

  // Workers also take runs again.
  const { id } = await api.start(definition, "After");
  await expect.poll(async () => (await api.run(id)).status, { timeout: 30_000 }).toBe("completed");

  // Read the remaining events until none has come for a while.
  for (;;) {
    const rest = await read(api, project.id, seen.at(-1) ?? 0, (ids) => ids.length > 0);
    if (rest.length === 0) break;
    seen.push(...rest);
  }
  expect(seen).toEqual(Array.from({ length: seen.length }, (_, place) => place + 1));
  expect(seen.length).toBeGreaterThan(CLIENTS * CHANGES * 2);
  expect(await ownProcesses(), "no process of ours ended").toEqual(before);
});
