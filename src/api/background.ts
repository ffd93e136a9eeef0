import { startDefinitionWatcher } from "../features/definitions/watch-definitions";
import { startScheduler } from "../features/triggers/scheduler";
import { perProcess } from "../lib/per-process";
import { startSweeper } from "../storage/sweep";
import { web } from "../trpc/web";

/** What the web process does beside answering: it watches definitions, fires schedules and sweeps files. Once. */
export async function startBackground(): Promise<void> {
  await perProcess("background", start);
}

async function start(): Promise<void> {
  const { db } = web();
  startSweeper(db);
  startScheduler({ db });
  await startDefinitionWatcher({ db });
}
