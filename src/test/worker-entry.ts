import { tmpdir } from "node:os";
import { runWorker } from "../worker/main";

/** A worker in a process of its own, for tests that kill, freeze and drain it. Says "ready" on stdout. */
const worker = await runWorker({
  databaseUrl: process.env.DATABASE_URL ?? "",
  concurrency: Number(process.env.PHASEBOARD_CONCURRENCY ?? 4),
  dataDir: process.env.PHASEBOARD_DATA_DIR ?? tmpdir(),
  drainMs: Number(process.env.DRAIN_MS ?? 20_000),
  leftoversMs: Number(process.env.LEFTOVERS_MS ?? 60_000),
});
process.once("SIGTERM", () => {
  void worker.drain().then(() => process.exit(0));
});
process.stdout.write("ready\n");
