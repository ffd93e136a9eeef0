import { appRouter } from "../api/router";
import type { PersonActor } from "../auth/actor";
import { closeDatabase, openDatabase } from "../db/client";
import { createCallerFactory } from "../trpc/procedures";
import { compare, type Measure } from "./measure";
import type { Seed } from "./seed";
import type { Subject } from "./subject";

/** The number of queries for a list of 200 rows and of 10; they must be equal. */
export async function measureQueries(subject: Subject, { projectId }: Seed): Promise<Measure> {
  const db = openDatabase(subject.databaseUrl, { name: "bench", max: 1 });
  const { $client } = db;
  let count = 0;
  const query = $client.query.bind($client);
  $client.query = ((...given: Parameters<typeof query>) => {
    count++;
    return query(...given);
  }) as typeof query;
  const actor: PersonActor = {
    type: "user",
    user_id: subject.userId,
    name: "Bench",
    email: "bench@example.com",
    is_admin: false,
    session_id: null,
  };
  const caller = createCallerFactory(appRouter)({
    db,
    actor,
    write_refusal: null,
    address: "127.0.0.1",
    secret: "",
    idempotency_key: null,
  });
  const queriesFor = async (limit: number) => {
    count = 0;
    const page = await caller.runs.list({ project_id: projectId, limit });
    if (page.items.length !== limit)
      throw new Error(`${page.items.length} runs came where ${limit} were asked for`);
    return count;
  };
  // A new page each time, since a page that was just read is cached and needs no query.
  await queriesFor(1);
  const few = await queriesFor(10);
  const many = await queriesFor(200);
  await closeDatabase(db);
  return compare("queries of a list of 200 runs against one of 10", "queries", [many], [few], { at_most: 1 });
}
