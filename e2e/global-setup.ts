import { type ChildProcess, spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const READY_MS = 120_000;
const BIN = fileURLToPath(new URL("../src/cli/bin.mjs", import.meta.url));

/**
 * Starts the production build on a free port with an empty data folder. Tests read its address
 * (PHASEBOARD_E2E_URL), the printed set-up link (_SETUP_URL), the data folder (_DATA_DIR) and the
 * supervisor's process id (_PID).
 */
export default async function setUp(): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), "phaseboard-e2e-"));
  const dataDir = join(folder, "data");
  const port = await freePort();
  const { DATABASE_URL: _, NEXTAUTH_URL: __, NEXTAUTH_SECRET: ___, ...env } = process.env;
  const server = spawn(process.execPath, [BIN, "start"], {
    cwd: folder,
    env: {
      ...env,
      PORT: String(port),
      HOST: "127.0.0.1",
      PHASEBOARD_DATA_DIR: dataDir,
      // Tests beside each other hold runs, and none waits for a place that another's hold.
      PHASEBOARD_CONCURRENCY: "16",
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const tearDown = async () => {
    await end(server);
    await rm(folder, { recursive: true, force: true });
  };
  try {
    const { url, setupUrl } = await untilReady(server);
    process.env.PHASEBOARD_E2E_URL = url;
    process.env.PHASEBOARD_E2E_SETUP_URL = setupUrl;
    process.env.PHASEBOARD_E2E_DATA_DIR = dataDir;
    process.env.PHASEBOARD_E2E_PID = String(server.pid);
  } catch (error) {
    await tearDown();
    throw error;
  }
  return tearDown;
}

function untilReady(server: ChildProcess): Promise<{ url: string; setupUrl: string }> {
  return new Promise((resolve, reject) => {
    let output = "";
    const late = setTimeout(() => reject(new Error(`not ready in time:\n${output}`)), READY_MS);
    const read = (bytes: Buffer) => {
      output += bytes;
      const url = /ready at (\S+)\n/.exec(output)?.[1];
      const setupUrl = /first account: (\S+)\n/.exec(output)?.[1];
      if (!url || !setupUrl) return;
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
  await ended;
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === "object" && address ? address.port : 0));
    });
  });
}
