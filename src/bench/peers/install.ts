import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";

/** The packages of each peer. Restate's SDK is the newest version that supports Node 20. */
const PACKAGES = {
  dbos: { "@dbos-inc/dbos-sdk": "5.3.0" },
  restate: { "@restatedev/restate-server": "1.7.12", "@restatedev/restate-sdk": "1.9.1" },
};

/** Turns off telemetry of the peers, at installation and at run time. */
export const UNTRACKED = { DO_NOT_TRACK: "1", SCARF_ANALYTICS: "false", RESTATE_DISABLE_TELEMETRY: "true" };

/**
 * Installs a peer into a folder of its own, unless it is there, and returns the folder. Runs no install
 * scripts. Throws if the peer cannot be installed.
 */
export async function installPeer(name: keyof typeof PACKAGES): Promise<string> {
  const wanted: Record<string, string> = PACKAGES[name];
  const folder = resolve("node_modules", ".cache", "phaseboard-bench", name);
  const present = await Promise.all(
    Object.entries(wanted).map(async ([id, version]) => (await installedVersion(folder, id)) === version),
  );
  if (present.every(Boolean)) return folder;
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, "package.json"), JSON.stringify({ private: true, dependencies: wanted }));
  process.stderr.write(`Installing ${name} …\n`);
  await npmInstall(folder);
  return folder;
}

/** The installed version; null if there is none or its installation did not finish. */
async function installedVersion(folder: string, id: string): Promise<string | null> {
  const text = await readFile(join(folder, "node_modules", id, "package.json"), "utf8").catch(() => null);
  return text === null ? null : (JSON.parse(text) as { version: string }).version;
}

async function npmInstall(folder: string): Promise<void> {
  const npm = process.env.npm_execpath;
  const words = ["install", "--ignore-scripts", "--no-audit", "--no-fund", "--no-package-lock"];
  const [command, first] = npm ? [process.execPath, [npm]] : ["npm", []];
  const child = spawn(command, [...first, ...words, "--prefix", folder], {
    cwd: folder,
    stdio: ["ignore", "ignore", "pipe"],
    env: { ...process.env, ...UNTRACKED },
  });
  let said = "";
  child.stderr.on("data", (bytes: Buffer) => {
    said += bytes.toString();
  });
  const [code] = await once(child, "exit");
  if (code !== 0) throw new Error(`npm could not install it: ${said.trim().split("\n").at(-1)}`);
}
