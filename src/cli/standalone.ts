import { setTimeout as sleep } from "node:timers/promises";
import { appUrlOf } from "../db/app-role";
import type { Db } from "../db/client";
import { secretsKeyOf } from "../features/secrets/sealing";
import { handOver, readSettings, type Settings, SettingsError } from "../lib/settings";
import { isUnavailable } from "../worker/presence/reach";
import { findRunning, withCurrentPool } from "./database";
import { say } from "./output";
import { webSecret, workerSecret } from "./secret";
import { tellOfBox } from "./tell-of-box";

const AGAIN_MS = 1_000;

/**
 * Gives a web server or worker that is started alone what a supervisor would hand over. Throws
 * `SettingsError` if there is no database, or if the database knows another secret.
 */
export async function prepareStandalone(part: "web" | "worker"): Promise<void> {
  const settings = readSettings();
  await tellOfBox();
  const databaseUrl = settings.databaseUrl ?? (await findRunningUrl(settings));
  const secret = await untilReachable(databaseUrl, (db) =>
    part === "web" ? webSecret(db, settings) : workerSecret(db, settings),
  );
  process.env.NEXTAUTH_URL = settings.url;
  process.env.PHASEBOARD_DATA_DIR = settings.dataDir;
  process.env.NEXT_TELEMETRY_DISABLED = "1";
  Object.assign(process.env, { NODE_ENV: process.env.NODE_ENV ?? "production" });
  delete process.env.NEXTAUTH_SECRET;
  handOver({
    DATABASE_URL: databaseUrl,
    ...(part === "web"
      ? { NEXTAUTH_SECRET: secret }
      : { PHASEBOARD_SECRETS_KEY: secretsKeyOf(secret).toString("hex") }),
  });
}

async function findRunningUrl({ dataDir }: Settings): Promise<string> {
  const running = await findRunning(dataDir);
  if (running) return appUrlOf(running);
  throw new SettingsError(
    `DATABASE_URL is not set and no Phaseboard runs on ${dataDir}. Set it, or run phaseboard start.`,
  );
}

/** Waits for a database that is away, as running processes do. */
async function untilReachable<T>(url: string, work: (db: Db) => Promise<T>): Promise<T> {
  for (let tries = 0; ; tries++) {
    try {
      return await withCurrentPool(url, "start", work);
    } catch (error) {
      if (!isUnavailable(error)) throw error;
      if (tries === 0) say("The database does not answer; waiting until it does");
      await sleep(AGAIN_MS);
    }
  }
}
