import { AppError } from "../lib/errors";
import { readSettings, SettingsError } from "../lib/settings";
import { runWorker } from "../worker/main";
import { failStart, OUTDATED, takeHanded, tellSupervisor } from "./handed";
import { explain, say } from "./output";
import { warnOfObjectStore } from "./warn-of-object-store";

const SIGNALS = ["SIGTERM", "SIGINT"] as const;

// End with the supervisor; once the worker runs, it handles that itself.
const endAlone = () => process.exit(0);
process.once("disconnect", endAlone);

try {
  await takeHanded();
  const { databaseUrl, concurrency, dataDir } = readSettings();
  if (!databaseUrl) throw new SettingsError("DATABASE_URL is not set; run phaseboard worker, which finds it");
  let asked = false;
  const ask = () => {
    asked = true;
  };
  for (const signal of SIGNALS) process.on(signal, ask);
  const onOutdated = (message: string) => {
    void starting
      .then((worker) => worker.drain())
      .finally(() => failStart(new AppError("CONFLICT", message), OUTDATED));
  };
  const starting = runWorker({ databaseUrl, concurrency, dataDir, onOutdated });
  process.off("disconnect", endAlone);
  const worker = await starting;
  const drain = () => {
    worker.drain().then(
      () => process.exit(0),
      (error: unknown) => {
        say(explain(error));
        process.exit(1);
      },
    );
  };
  for (const signal of SIGNALS) process.off(signal, ask).once(signal, drain);
  if (asked) drain();
  else if (!tellSupervisor({ type: "listening" })) {
    say(`The worker takes ${concurrency} runs at a time`);
    // Under a supervisor, the web process prints this warning.
    await warnOfObjectStore();
  }
} catch (error) {
  failStart(error);
}
