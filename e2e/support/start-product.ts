import { type ChildProcess, spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const READY_MS = 120_000;
/** A signal that comes sooner counts as the same one. */
const AGAIN_MS = 2_000;
const BIN = fileURLToPath(new URL("../../src/cli/bin.mjs", import.meta.url));

export interface StartedProduct {
  url: string;
  /** The printed link; absent where the settings make the first account. */
  setupUrl: string | undefined;
  dataDir: string;
  pid: number | undefined;
  stop(): Promise<void>;
}

/** Starts the production build on a free port, or on this one, with an empty data folder and these settings beside. */
export async function startProduct(
  settings: Record<string, string>,
  given?: number,
): Promise<StartedProduct> {
  const folder = await mkdtemp(join(tmpdir(), "phaseboard-e2e-"));
  const dataDir = join(folder, "data");
  const port = given ?? (await freePort());
  const { DATABASE_URL: _, NEXTAUTH_URL: __, NEXTAUTH_SECRET: ___, ...env } = process.env;
  const server = spawn(process.execPath, [BIN, "start"], {
    cwd: folder,
    env: { ...env, PORT: String(port), HOST: "127.0.0.1", PHASEBOARD_DATA_DIR: dataDir, ...settings },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const stop = async () => {
    await end(server);
    await rm(folder, { recursive: true, force: true });
  };
  try {
    const isFirst = settings.PHASEBOARD_ADMIN_EMAIL === undefined;
    const { url, setupUrl } = await untilReady(server, isFirst);
    return { url, setupUrl, dataDir, pid: server.pid, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

function untilReady(
  server: ChildProcess,
  isFirst: boolean,
): Promise<{ url: string; setupUrl: string | undefined }> {
  return new Promise((resolve, reject) => {
    let output = "";
    const late = setTimeout(() => reject(new Error(`not ready in time:\n${output}`)), READY_MS);
    const read = (bytes: Buffer) => {
      output += bytes;
      const url = /ready at (\S+)\n/.exec(output)?.[1];
      const setupUrl = /first account: (\S+)\n/.exec(output)?.[1];
      if (!url || (isFirst && !setupUrl)) return;
      clearTimeout(late);
      resolve({ url, setupUrl });
    };
    server.stdout?.on("data", read);
    server.stderr?.on("data", read);
    server.once("exit", (code) => {
      clearTimeout(late);
      reject(new Error(`ended with ${code} before it was ready:\n${output}`));
    });
  });
}

async function end(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return;
  const ended = new Promise((resolve) => server.once("exit", resolve));
  server.kill("SIGTERM");
  // What tests leave running would have its time to end; the second signal gives it none.
  const again = setTimeout(() => server.kill("SIGTERM"), AGAIN_MS);
  await ended;
  clearTimeout(again);
}

export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === "object" && address ? address.port : 0));
    });
  });
}
