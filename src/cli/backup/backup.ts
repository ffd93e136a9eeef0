import { createWriteStream } from "node:fs";
import { open, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { Client } from "pg";
import { addTree, type TreeOptions } from "../../archive/add-tree";
import { HEAD } from "../../archive/format";
import { ArchiveWriter } from "../../archive/writer";
import { audit } from "../../events/emit";
import { AppError } from "../../lib/errors";
import { productVersion } from "../../lib/product-version";
import { readSettings, type Settings } from "../../lib/settings";
import { folderOf, isOwnFolder } from "../../lib/stored-folder";
import { HOLD_FILES } from "../../storage/hold-files";
import { isTemporary } from "../../storage/temporary";
import { byCommandLine } from "../by-command-line";
import { readAuthSecret } from "../data-folder";
import { withCurrentPool, withDatabaseUrl } from "../database";
import { fileToMake } from "../file-to-make";
import { say } from "../output";
import { dumpRows } from "./dump-rows";
import type { BackupHead } from "./head";
import { listTables } from "./tables";

const TELL_MS = 2_000;
/** Names of changed files that are said. */
const NAMED = 5;

export interface BackupOptions {
  /** Without the key of secrets, and without the homes in which agents keep what they sign in with. */
  withoutSecret: boolean;
}

/**
 * `phaseboard backup FILE`: rows of one snapshot, then files, while Phaseboard works. Rows come first and no file is
 * deleted meanwhile, so each row finds its file; what is written later has no row, and is swept or written again.
 */
export async function runBackup(file: string, options: BackupOptions): Promise<void> {
  const target = await fileToMake(file);
  // A backup below the data folder would be lost with it, and below projects/ would read itself.
  const { dataDir } = readSettings();
  if (target.startsWith(`${join(dataDir, "projects")}/`))
    throw new AppError("BAD_REQUEST", `${file} lies in the folder of projects. Choose a file elsewhere.`);
  await withDatabaseUrl(async (url, settings) => {
    // Before the rows are copied, so that the backup itself says when it was made, by whom.
    await withCurrentPool(url, "backup", (db) =>
      byCommandLine(db, "installation.backup", async (tx) =>
        audit(tx, {
          target: { type: "installation", id: null },
          after: { file: target, with_secret: !options.withoutSecret },
        }),
      ),
    );
    await writeBackup(url, settings, target, options);
  });
}

/** Writes a backup of the database at `url`, whatever its schema, and of the files beside it. */
export async function writeBackup(
  url: string,
  settings: Settings,
  target: string,
  options: BackupOptions,
): Promise<void> {
  const temporary = `${target}.${process.pid}.tmp`;
  const out = createWriteStream(temporary, { flags: "wx", mode: 0o600 });
  const writer = new ArchiveWriter(out);
  const telling = setInterval(() => say(progressOf(writer)), TELL_MS);
  const client = new Client({
    connectionString: url,
    application_name: "phaseboard backup",
    options: "-c TimeZone=UTC -c idle_in_transaction_session_timeout=0 -c statement_timeout=0",
  });
  client.on("error", () => {});
  try {
    await client.connect();
    const counts = await addAll(client, writer, settings, options);
    await writer.finish({ counts });
    await sync(temporary);
    await rename(temporary, target);
    await sync(dirname(target));
    say(`Made ${target}: ${progressOf(writer)}`);
  } catch (error) {
    await writer.abort(error instanceof Error ? error : new Error(String(error)));
    await rm(temporary, { force: true });
    throw error;
  } finally {
    clearInterval(telling);
    await client.end().catch(() => {});
  }
}

interface ProjectRow {
  id: string;
  slug: string;
  path: string;
}

async function addAll(
  client: Client,
  writer: ArchiveWriter,
  settings: Settings,
  { withoutSecret }: BackupOptions,
): Promise<Record<string, number>> {
  await client.query(HOLD_FILES);
  await client.query("begin isolation level repeatable read read only");
  const tables = await listTables(client);
  const { rows: applied } = await client.query<{ when: number }>(
    "select created_at::float8 as when from drizzle.__drizzle_migrations order by created_at",
  );
  const { rows: projects } = await client.query<ProjectRow>(
    "select id, slug, path from projects order by id",
  );
  const outside = projects.filter(({ path }) => !isOwnFolder(path));
  const secret = settings.authSecret ?? (await readAuthSecret(settings.dataDir));
  const head: BackupHead = {
    kind: "backup",
    format: 1,
    version: productVersion(),
    made_at: new Date().toISOString(),
    migrations: applied.map(({ when }) => when),
    tables,
    with_secret: !withoutSecret && secret !== "",
    outside: outside.map(({ id, slug }) => ({ id, slug })),
  };
  await writer.add(HEAD, JSON.stringify(head));
  const counts: Record<string, number> = {};
  for (const table of tables) counts[table.name] = await dumpRows(client, writer, table);
  await client.query("commit");
  const faults: string[] = [];
  const options: TreeOptions = {
    isWanted: (path) => !isTemporary(path.slice(path.lastIndexOf("/") + 1)),
    onFault: (path, fault) => faults.push(`${path} ${fault === "changed" ? "changed" : "cannot be read"}`),
  };
  const elsewhere = new Set(outside.map(({ path }) => path));
  const isWanted = (path: string) => !elsewhere.has(path) && options.isWanted?.(path) !== false;
  await addTree(writer, folderOf("projects"), "data/projects", { ...options, isWanted });
  for (const { id, path } of outside) await addTree(writer, path, `outside/${id}`, options);
  if (head.with_secret) {
    await writer.add("data/secrets/nextauth-secret", `${secret}\n`, { mode: 0o600 });
    await addTree(writer, join(settings.dataDir, "homes"), "data/homes", options);
  }
  tellFaults(faults);
  if (settings.storage !== "local")
    say("Logs and artifacts lie in the object store, which this backup does not hold. Keep its bucket too.");
  return counts;
}

function tellFaults(faults: string[]): void {
  if (faults.length === 0) return;
  const rest = faults.length > NAMED ? `, and ${faults.length - NAMED} more` : "";
  say(`Files that are not as they were: ${faults.slice(0, NAMED).join(", ")}${rest}`);
}

function progressOf({ entries, bytes }: ArchiveWriter): string {
  return `${entries} entries, ${(bytes / 1024 ** 2).toFixed(1)} MB`;
}

async function sync(path: string): Promise<void> {
  const handle = await open(path, "r");
  await handle.sync().finally(() => handle.close());
}
