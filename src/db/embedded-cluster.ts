import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { chmod, chown, mkdir, open, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { systemEnvironment } from "../lib/environment";
import { AppError } from "../lib/errors";
import type { Account } from "./embedded-account";
import type { Binaries } from "./embedded-binaries";

/** The superuser of the cluster. */
export const ROLE = "phaseboard";

/** Paths below the data folder. */
export function embeddedPaths(dataDir: string) {
  const home = join(dataDir, "postgres");
  return {
    home,
    cluster: join(home, "cluster"),
    log: join(home, "postgres.log"),
    secrets: join(dataDir, "secrets"),
    password: join(dataDir, "secrets", "postgres-password"),
  };
}

export type EmbeddedPaths = ReturnType<typeof embeddedPaths>;

/**
 * Makes the folders around the cluster. As root it makes them passable for others whatever the umask, since the
 * postmaster is another user. An existing data folder keeps its mode.
 */
export async function makeFolders(paths: EmbeddedPaths): Promise<void> {
  const passable = process.getuid?.() === 0 ? 0o711 : 0o700;
  const dataDir = dirname(paths.home);
  const first = await mkdir(dataDir, { recursive: true });
  if (first !== undefined) {
    for (let folder = dataDir; ; folder = dirname(folder)) {
      await chmod(folder, folder === dataDir ? passable : 0o755);
      if (folder === first) break;
    }
  }
  await mkdir(paths.home, { recursive: true });
  await chmod(paths.home, passable);
  await mkdir(paths.secrets, { recursive: true, mode: 0o700 });
}

/**
 * Makes the cluster unless it exists. `initdb` runs in a folder beside it that is renamed at the end, so an interrupted
 * one leaves no half cluster. Returns the superuser's password.
 */
export async function ensureCluster(
  paths: EmbeddedPaths,
  binaries: Binaries,
  account: Account,
  options: { durable: boolean; log: (line: string) => void },
): Promise<string> {
  await removeStaging(paths.home);
  const whole = existsSync(join(paths.cluster, "global", "pg_control"));
  if (whole) {
    await checkVersion(paths.cluster, binaries, account);
    await giveTo(account, paths.cluster);
    const password = await readFile(paths.password, "utf8").catch(() => "");
    return password.trim() || resetPassword(paths, binaries, account);
  }
  if (existsSync(paths.cluster)) {
    const aside = `${paths.cluster}.incomplete-${Date.now()}`;
    await rename(paths.cluster, aside);
    options.log(`The database in ${paths.cluster} was never completed; it is kept as ${aside}`);
  }
  const password = await newPassword(paths);
  const staging = `${paths.cluster}.new-${process.pid}`;
  const passwordFile = `${staging}.password`;
  try {
    await mkdir(staging, { mode: 0o700 });
    await writeFile(passwordFile, password, { mode: 0o600 });
    await giveTo(account, staging);
    await giveTo(account, passwordFile);
    const flags = ["-D", staging, "-U", ROLE, `--pwfile=${passwordFile}`, "--auth=scram-sha-256"];
    const locale = ["--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"];
    const speed = options.durable ? [] : ["--no-sync"];
    await run(binaries, account, binaries.initdb, [...flags, ...locale, ...speed]);
    await rename(staging, paths.cluster);
    if (options.durable) await syncFolder(paths.home);
  } finally {
    await removeStaging(paths.home);
  }
  return password;
}

async function removeStaging(home: string): Promise<void> {
  for (const name of await readdir(home)) {
    if (name.startsWith("cluster.new-")) await rm(join(home, name), { recursive: true, force: true });
  }
}

async function checkVersion(cluster: string, binaries: Binaries, account: Account): Promise<void> {
  const found = (await readFile(join(cluster, "PG_VERSION"), "utf8").catch(() => "unknown")).trim();
  const ours = /(\d+)/.exec(await run(binaries, account, binaries.postgres, ["--version"]))?.[1];
  if (found === ours) return;
  throw new AppError(
    "CONFLICT",
    `The database in ${cluster} is of PostgreSQL ${found} and this Phaseboard brings PostgreSQL ${ours}. Start the version of Phaseboard that made it, or serve the folder with PostgreSQL ${found} and set DATABASE_URL.`,
  );
}

async function giveTo(account: Account, path: string): Promise<void> {
  if (!account.ids) return;
  const { uid, gid } = account.ids;
  const entry = await stat(path);
  if (entry.uid === uid) return;
  if (entry.isDirectory()) {
    for (const name of await readdir(path)) await giveTo(account, join(path, name));
  }
  await chown(path, uid, gid);
}

async function newPassword(paths: EmbeddedPaths): Promise<string> {
  const password = randomBytes(24).toString("base64url");
  const temporary = `${paths.password}.${process.pid}`;
  await rm(temporary, { force: true });
  await writeFile(temporary, `${password}\n`, { mode: 0o600, flag: "wx", flush: true });
  await rename(temporary, paths.password);
  return password;
}

/** Sets a new password for a cluster whose password was lost. Single-user mode asks for none. */
async function resetPassword(paths: EmbeddedPaths, binaries: Binaries, account: Account): Promise<string> {
  const password = await newPassword(paths);
  const flags = ["--single", "-D", paths.cluster, "postgres"];
  await run(binaries, account, binaries.postgres, flags, `alter role ${ROLE} password '${password}'\n`);
  return password;
}

/** Runs a program of Postgres as the account; gives its output. Throws `AppError` with the last lines. */
function run(
  binaries: Binaries,
  account: Account,
  program: string,
  args: string[],
  input = "",
): Promise<string> {
  const asAccount = account.command(program, args);
  const child = spawn(asAccount.program, asAccount.args, {
    ...(asAccount.program === program ? account.ids : {}),
    cwd: "/",
    env: { ...systemEnvironment(), ...binaries.env, LC_ALL: "C" },
    stdio: ["pipe", "pipe", "pipe"],
    detached: true,
  });
  let output = "";
  child.stdout.on("data", (bytes) => (output += bytes));
  child.stderr.on("data", (bytes) => (output += bytes));
  child.stdin.on("error", () => {}).end(input);
  return new Promise((resolve, reject) => {
    child.on("error", (error) =>
      reject(new AppError("CONFLICT", `${program} did not start: ${error.message}`)),
    );
    child.on("close", (code, signal) => {
      if (code === 0) return resolve(output);
      const tail = output.trim().split("\n").slice(-5).join("\n");
      reject(new AppError("CONFLICT", `${program} ended with ${signal ?? code}:\n${tail}`));
    });
  });
}

async function syncFolder(path: string): Promise<void> {
  if (process.platform === "win32") return;
  const folder = await open(path, "r");
  await folder.sync().finally(() => folder.close());
}
