import { createServer, type ServerResponse } from "node:http";
import { sql } from "drizzle-orm";
import { newId } from "../lib/ids";
import { compare, type Measure, median } from "./measure";
import type { Seed } from "./seed";
import { call, freePort, type Subject } from "./subject";

const CHANGES = 30;

/** Open event streams; `next` resolves with the time at which each got its next event. */
class Readers {
  private readonly abort = new AbortController();
  private arrivals: number[] = [];
  private wanted = 0;
  private full: () => void = () => {};

  private constructor(private readonly count: number) {}

  static async open(url: string, headers: Record<string, string>, count: number): Promise<Readers> {
    const readers = new Readers(count);
    await Promise.all(Array.from({ length: count }, () => readers.openOne(url, headers)));
    return readers;
  }

  private async openOne(url: string, headers: Record<string, string>): Promise<void> {
    const response = await fetch(url, { headers, signal: this.abort.signal });
    if (!response.ok || !response.body) throw new Error(`${url} answered ${response.status}`);
    void this.read(response.body).catch(() => {});
  }

  private async read(body: ReadableStream<Uint8Array>): Promise<void> {
    const decoder = new TextDecoder();
    for await (const bytes of body) {
      if (!decoder.decode(bytes).includes("data: ")) continue;
      this.arrivals.push(performance.now());
      if (this.arrivals.length === this.wanted) this.full();
    }
  }

  /** Milliseconds from the start of `change` until half of the readers, and all of them, had its event. */
  async after(change: () => Promise<unknown>): Promise<{ half: number; all: number }> {
    this.arrivals = [];
    this.wanted = this.count;
    const everyone = new Promise<void>((resolve) => {
      this.full = resolve;
    });
    const start = performance.now();
    await Promise.all([change(), everyone]);
    return { half: median(this.arrivals) - start, all: Math.max(...this.arrivals) - start };
  }

  close(): void {
    this.abort.abort();
  }
}

/**
 * The floor: a server that makes the same inserts by hand (run, steps, job, event) and writes to its streams
 * itself.
 */
async function startBare(subject: Subject, seed: Seed) {
  const streams = new Set<ServerResponse>();
  const server = createServer((request, response) => {
    if (request.method === "GET") {
      response.writeHead(200, { "content-type": "text/event-stream" });
      response.write("retry: 250\n\n");
      streams.add(response);
      response.once("close", () => streams.delete(response));
      return;
    }
    void insertRun().then((event) => {
      const text = `id: ${event.seq}\nevent: workflow.execution.created\ndata: ${JSON.stringify(event)}\n\n`;
      for (const stream of streams) stream.write(text);
      response.end(JSON.stringify({ data: event }));
    });
  });
  const insertRun = () =>
    subject.db.transaction(async (tx) => {
      const id = newId();
      await tx.execute(sql`with counter as (update projects set run_seq = run_seq + 1 where id = ${seed.projectId} returning run_seq)
               insert into workflow_runs (id, project_id, user_id, workflow_definition_id, revision, number, name, args)
               select ${id}, ${seed.projectId}, ${subject.userId}, ${seed.definitionId}, 1, run_seq, 'Bare', '{}'
               from counter`);
      await tx.execute(sql`insert into workflow_run_steps (id, workflow_run_id, step_id, name, kind, phase, position)
               values (${newId()}, ${id}, 'hello', 'hello', 'script', 'work', 0),
                      (${newId()}, ${id}, 'again', 'again', 'script', 'work', 1)`);
      await tx.execute(
        sql`select graphile_worker.add_job('advance', ${JSON.stringify({ run_id: id })}::json, job_key := ${`run:${id}`})`,
      );
      const [row] = (
        await tx.execute<{ seq: number }>(sql`
        with counter as (update projects set event_seq = event_seq + 1 where id = ${seed.projectId} returning event_seq)
        insert into workflow_events (project_id, seq, type, workflow_run_id, data)
        select ${seed.projectId}, event_seq, 'workflow.execution.created', ${id}, '{}' from counter returning seq::int`)
      ).rows;
      return { seq: row?.seq ?? 0, execution_id: id };
    });
  const port = await freePort();
  await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${port}`,
    stop: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

async function measureAt(subject: Subject, ours: Seed, bares: Seed, count: number): Promise<Measure[]> {
  const bare = await startBare(subject, bares);
  const floorReaders = await Readers.open(bare.url, {}, count);
  const ourReaders = await Readers.open(
    `${subject.url}/api/projects/${ours.projectId}/events`,
    { authorization: `Bearer ${subject.token}` },
    count,
  );
  const createBare = () =>
    fetch(bare.url, { method: "POST", body: "{}" }).then((response) => response.json());
  const createOurs = () =>
    call(subject, "POST", "/workflow-executions", {
      project_id: ours.projectId,
      workflow_definition_id: ours.definitionId,
      name: "Fan-out",
      args: {},
    });
  const floor: { half: number; all: number }[] = [];
  const value: { half: number; all: number }[] = [];
  for (let change = 0; change < CHANGES + 3; change++) {
    floor.push(await floorReaders.after(createBare));
    value.push(await ourReaders.after(createOurs));
  }
  floorReaders.close();
  ourReaders.close();
  bare.stop();
  const line = (which: "half" | "all", words: string) =>
    compare(
      `change to ${words} of ${count} ${count === 1 ? "subscriber" : "subscribers"}`,
      "ms",
      value.slice(3).map((sample) => sample[which]),
      floor.slice(3).map((sample) => sample[which]),
      { at_most: 3 },
    );
  return count === 1 ? [line("all", "the one")] : [line("half", "half"), line("all", "the last")];
}

/**
 * Time from a change to its subscribers, against a bare server. The subject's workers must not run the runs.
 */
export async function measureFanOut(subject: Subject, ours: Seed, bares: Seed): Promise<Measure[]> {
  return [...(await measureAt(subject, ours, bares, 1)), ...(await measureAt(subject, ours, bares, 200))];
}
