import { spawnSync } from "node:child_process";
import { constants, existsSync } from "node:fs";
import { access, mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sql } from "drizzle-orm";
import { requireBox } from "../box/find-box";
import { withPool } from "../db/client";
import { findEmbeddedPostgres } from "../db/embedded";
import { chooseAccount } from "../db/embedded-account";
import { findBinaries } from "../db/embedded-binaries";
import { embeddedPaths } from "../db/embedded-cluster";
import { isSchemaCurrent } from "../db/migrate";
import { withConnection } from "../db/with-connection";
import { messageOf } from "../lib/errors";
import { readSettings, type Settings } from "../lib/settings";
import { checkObjectStore } from "../storage/check-object-store";
import { isBuilt } from "./build.mjs";
import { checkProjects } from "./check-projects";
import { checkProvider } from "./check-provider";
import { checkBallast, checkDisk, checkQuotas, freeBallast } from "./check-room";
import { checkRuns } from "./check-runs";
import { checkWorkspaces } from "./check-workspaces";
import { type Finding, fail, ok, warn } from "./finding";
import { findHolder } from "./instance-lock";
import { checkAddress, probePort } from "./listen-error";
import { explain } from "./output";

const MINIMUM_NODE = [20, 9] as const;
const MINIMUM_POSTGRES = 15;
/** A worker with an older heartbeat is not counted. */
const FRESH_SECONDS = 5;

/** `phaseboard doctor`: prints a line for each check; returns false if one failed. */
export async function runDoctor({ free = false }: { free?: boolean } = {}): Promise<boolean> {
  const findings = [checkNode(), await checkBuild()];
  let settings: Settings | undefined;
  try {
    settings = readSettings();
    checkAddress(settings);
    findings.push(ok("settings", `data in ${settings.dataDir}, address ${settings.url}`));
  } catch (error) {
    findings.push(fail("settings", messageOf(error)));
  }
  if (settings) {
    if (free) findings.push(await freeBallast(settings.dataDir));
    findings.push(...(await checkDataFolder(settings)));
    if (!free && existsSync(settings.dataDir)) findings.push(await checkBallast(settings.dataDir));
    findings.push(...(await checkDatabase(settings)));
    findings.push(...(await checkStorage(settings)), await checkPort(settings), await checkBox());
    findings.push(...(await checkProvider(settings)));
  }
  findings.push(checkChromium());
  for (const { verdict, subject, text } of findings) {
    process.stdout.write(`${verdict.padEnd(4)}  ${subject.padEnd(12)} ${text}\n`);
  }
  return findings.every((finding) => finding.verdict !== "fail");
}

function checkNode(): Finding {
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  const enough = major > MINIMUM_NODE[0] || (major === MINIMUM_NODE[0] && minor >= MINIMUM_NODE[1]);
  const version = `Node ${process.versions.node}`;
  return enough
    ? ok("node", version)
    : fail("node", `${version} is too old; install ${MINIMUM_NODE.join(".")} or newer`);
}

async function checkBuild(): Promise<Finding> {
  return (await isBuilt())
    ? ok("build", "up to date")
    : warn("build", "older than the sources, or missing; npm start builds it, which takes a minute or two");
}

async function checkDataFolder({ dataDir }: Settings): Promise<Finding[]> {
  let folder = dataDir;
  while (!(await stat(folder).catch(() => null))) folder = join(folder, "..");
  try {
    await access(folder, constants.W_OK | constants.X_OK);
  } catch {
    return [fail("data folder", `${folder} cannot be written; chown it, or set PHASEBOARD_DATA_DIR`)];
  }
  const there = folder === dataDir ? dataDir : `${dataDir}, made at the first start`;
  return [ok("data folder", there), await checkDisk(dataDir)];
}

async function checkDatabase(settings: Settings): Promise<Finding[]> {
  if (settings.databaseUrl) return checkServer(settings.databaseUrl, settings);
  const running = await findEmbeddedPostgres(settings.dataDir);
  if (running) return [ok("embedded", "runs"), ...(await checkServer(running, settings))];
  const scratch = await mkdtemp(join(tmpdir(), "phaseboard-doctor-"));
  try {
    const paths = embeddedPaths(settings.dataDir);
    const binaries = await findBinaries(scratch);
    const home = existsSync(paths.home) ? paths.home : "/";
    const { ids } = await chooseAccount(binaries, home, paths.cluster);
    const who = ids ? `as the user with id ${ids.uid}, since root may not` : "as this user";
    return [ok("embedded", `does not run; can be started ${who}`)];
  } catch (error) {
    return [fail("embedded", messageOf(error))];
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

async function checkServer(url: string, settings: Settings): Promise<Finding[]> {
  try {
    const { rows } = await withConnection(url, (client) =>
      client.query<{ version: number }>(
        "select current_setting('server_version_num')::int / 10000 as version",
      ),
    );
    const version = rows[0]?.version ?? 0;
    if (version < MINIMUM_POSTGRES) {
      return [
        fail(
          "database",
          `PostgreSQL ${version} is too old; point DATABASE_URL at ${MINIMUM_POSTGRES} or newer`,
        ),
      ];
    }
    return [ok("database", `PostgreSQL ${version} answers`), ...(await checkSchema(url, settings))];
  } catch (error) {
    return [fail("database", explain(error).split("\n")[0] ?? "")];
  }
}

async function checkSchema(url: string, settings: Settings): Promise<Finding[]> {
  return withPool(url, "doctor", async (db) => {
    if (!(await isSchemaCurrent(db))) {
      return [fail("schema", "is not up to date; run npx phaseboard migrate")];
    }
    const [row] = (
      await db.execute<{ alive: number }>(sql`
      select count(*)::int as alive from workers
      where heartbeat_at > now() - make_interval(secs => ${FRESH_SECONDS})`)
    ).rows;
    const alive = row?.alive ?? 0;
    return [
      ok("schema", "up to date"),
      alive > 0
        ? ok("workers", `${alive} alive`)
        : warn("workers", "none is alive, so runs wait; run npm start or npx phaseboard worker"),
      ...(await checkRuns(db, alive)),
      await checkWorkspaces(db, settings.dataDir),
      ...(await checkProjects(db, settings)),
      await checkQuotas(db),
    ];
  });
}

async function checkStorage({ storage }: Settings): Promise<Finding[]> {
  if (storage === "local") return [];
  const fault = await checkObjectStore(storage);
  return [
    fault === null
      ? ok("object store", `${storage.bucket} can be written, read and deleted from`)
      : fail("object store", fault),
  ];
}

/** Runs a program in the box. */
async function checkBox(): Promise<Finding> {
  try {
    const { kind, says, lacks } = await requireBox();
    const text = lacks ? `${says} ${lacks}` : says;
    return kind === "bubblewrap" ? ok("box", text) : warn("box", text);
  } catch (error) {
    return fail("box", messageOf(error));
  }
}

async function checkPort(settings: Settings): Promise<Finding> {
  const { host, port, dataDir } = settings;
  const holder = await findHolder(dataDir);
  if (holder) return ok("port", `Phaseboard runs (process ${holder.pid})`);
  return probePort(host, port).then(
    () => ok("port", `${port} on ${host} is free`),
    (error: unknown) => fail("port", messageOf(error)),
  );
}

function checkChromium(): Finding {
  const found = [
    process.env.PLAYWRIGHT_CHROMIUM,
    "chromium-headless-shell",
    "chromium",
    "chromium-browser",
    "google-chrome",
  ].find((name) => name !== undefined && spawnSync(name, ["--version"]).status === 0);
  return found
    ? ok("chromium", `${found}, for the end-to-end tests`)
    : warn("chromium", "not found; only npm test needs it, and installs one");
}
