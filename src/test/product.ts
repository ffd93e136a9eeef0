import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach } from "vitest";
import { packageRoot } from "../lib/package-root";
import { readProcesses } from "../lib/process-tree-linux";
import { waitFor } from "../lib/wait-for";

const READY_MS = 60_000;
/** What the product is told from outside; a test says all of it. */
const SETTINGS = /^(PHASEBOARD_|NEXTAUTH_|DATABASE_URL$|PORT$|HOST$|NODE_ENV$|VITEST)/;

export interface Product {
  dataDir: string;
  /** Where it serves. */
  url: string;
  supervisor: ChildProcess;
  /** All that it has printed so far. */
  output(): string;
  /** Resolves once the supervisor has ended, with its exit code. */
  ended: Promise<number | null>;
}

const started = new Set<Product>();
const folders = new Set<string>();

/** Kills what a test leaves running and removes its folders. Call it once in a suite. */
export const endProductsAfterEach = () => afterEach(endProducts);

/** As `endProductsAfterEach`, once for all tests of a suite that share a product. */
export const endProductsAfterAll = () => afterAll(endProducts);

async function endProducts(): Promise<void> {
  for (const product of started) {
    for (const pid of await listProcesses(product.dataDir)) kill(pid, "SIGKILL");
    await product.ended;
    await waitFor(async () => (await listProcesses(product.dataDir)).length === 0, 10_000);
  }
  started.clear();
  for (const folder of folders) await rm(folder, { recursive: true, force: true });
  folders.clear();
}

/** Makes what `startProduct` starts, where it is not up to date. */
export function buildProduct(): void {
  const built = spawnSync(process.execPath, ["src/cli/bin.mjs", "build"], {
    cwd: packageRoot(),
    encoding: "utf8",
  });
  if (built.status !== 0) throw new Error(`the build failed:\n${built.stderr}`);
}

/** An empty data folder, not made yet, in a temporary one. */
export async function emptyDataDir(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "phaseboard-product-"));
  folders.add(folder);
  return join(folder, "data");
}

export interface StartOptions {
  dataDir: string;
  port?: number;
  env?: Record<string, string>;
  /** A program in front, for instance one that changes the user. */
  through?: string[];
  /** What to run in the package's folder instead of its built command line. */
  command?: string[];
}

/** Runs `phaseboard` as it was built; `start` unless other words are given. */
export async function launch(options: StartOptions, words = ["start"]): Promise<Product> {
  const port = options.port ?? (await freePort());
  const inherited = Object.entries(process.env).filter(([name]) => !SETTINGS.test(name));
  const command = options.command ?? [...(options.through ?? []), process.execPath, builtCli(), ...words];
  const [program = "", ...args] = command;
  const supervisor = spawn(program, args, {
    cwd: options.command ? packageRoot() : "/",
    env: {
      ...Object.fromEntries(inherited),
      NODE_ENV: "production",
      PORT: String(port),
      PHASEBOARD_DATA_DIR: options.dataDir,
      PHASEBOARD_LOG_LEVEL: "warn",
      ...options.env,
    },
    stdio: ["ignore", "pipe", "pipe"],
    // Of its own, so that a signal to the terminal's group can be told from one to the supervisor.
    detached: true,
  });
  let output = "";
  for (const stream of [supervisor.stdout, supervisor.stderr]) {
    stream.on("data", (bytes) => {
      output += bytes;
    });
  }
  const product: Product = {
    dataDir: options.dataDir,
    url: `http://127.0.0.1:${port}`,
    supervisor,
    output: () => output,
    ended: once(supervisor, "exit").then(([code]) => code),
  };
  started.add(product);
  return product;
}

/** Starts the product and waits until it says that it is ready. */
export async function startProduct(options: StartOptions): Promise<Product> {
  const product = await launch(options);
  const isReady = () => product.output().includes("Phaseboard is ready");
  const settled = () => isReady() || product.supervisor.exitCode !== null;
  await waitFor(settled, READY_MS);
  if (!isReady()) throw new Error(`phaseboard did not start:\n${product.output()}`);
  return product;
}

/** Status of GET /api/health, 0 where nothing answers. */
export async function health(product: Product): Promise<number> {
  // A request on a connection whose server was killed may never settle.
  const signal = AbortSignal.timeout(5_000);
  return fetch(`${product.url}/api/health`, { signal }).then(
    (response) => response.status,
    () => 0,
  );
}

/** Ids of the supervisor's children whose command line holds `part`. */
export async function childrenOf(product: Product, part: string): Promise<number[]> {
  const own = readProcesses().filter((entry) => entry.parent === product.supervisor.pid);
  const lines = await Promise.all(own.map(({ pid }) => readText(`/proc/${pid}/cmdline`)));
  return own.flatMap(({ pid }, index) => (lines[index]?.includes(part) ? [pid] : []));
}

/** Ids of all processes that were started for this data folder, steps and database included. */
export async function listProcesses(dataDir: string): Promise<number[]> {
  const found = await Promise.all(
    readProcesses().map(async ({ pid }) => {
      const text = (await readText(`/proc/${pid}/cmdline`)) + (await readText(`/proc/${pid}/environ`));
      return pid !== process.pid && text.includes(dataDir) ? [pid] : [];
    }),
  );
  return found.flat();
}

export function kill(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It has ended.
  }
}

export function builtCli(): string {
  return join(packageRoot(), "dist", "main.js");
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

function readText(path: string): Promise<string> {
  return readFile(path, "utf8").catch(() => "");
}
