import { afterEach, beforeEach, vi } from "vitest";
import { runWorker, type Worker } from "../worker/main";
import type { testDatabase } from "./database";

/** Runs a worker in the test's own process beside each test, which can read the secrets that procedures seal. */
export function ownWorkerBesideEach(database: ReturnType<typeof testDatabase>): void {
  let worker: Worker;
  beforeEach(async () => {
    vi.stubEnv("NEXTAUTH_SECRET", "secret of the tests");
    worker = await runWorker({ databaseUrl: database.url, concurrency: 4, dataDir: "/tmp" });
  });
  afterEach(async () => {
    await worker.drain();
    vi.unstubAllEnvs();
  });
}
