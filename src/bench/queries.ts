import { appRouter } from "../api/router";
import type { PersonActor } from "../auth/actor";
import { closeDatabase, openDatabase } from "../db/client";
import { createCallerFactory } from "../trpc/procedures";
import { compare, type Measure } from "./measure";
import type { Seed } from "./seed";
import type { Subject } from "./subject";

/** Queries that the list makes for 200 rows against those for 10; the same number is the claim. */
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
    session_version: 1,
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
  // Never the same page twice: one that was just read would be given again without a query.
  await queriesFor(1);
  const few = await queriesFor(10);
  const many = await queriesFor(200);
  await closeDatabase(db);
  return compare("queries of a list of 200 runs against one of 10", "queries", [many], [few], { at_most: 1 });
}
