import { createReadStream } from "node:fs";
import { access, mkdir } from "node:fs/promises";
import { join, resolve } from "node:path";
import { Client } from "pg";
import { ArchiveError, HEAD, partsOf, shown } from "../../archive/format";
import { gather, readArchive } from "../../archive/reader";
import { TreeUnpacker } from "../../archive/unpack-tree";
import { withPool } from "../../db/client";
import { startEmbeddedPostgres } from "../../db/embedded";
import { migrate, unknownMigrations } from "../../db/migrate";
import { audit } from "../../events/emit";
import { AppError } from "../../lib/errors";
import { readSettings } from "../../lib/settings";
import { migrateQueue } from "../../queue/migrate";
import { byCommandLine } from "../by-command-line";
import { makeDataFolder } from "../data-folder";
import { lockInstance } from "../instance-lock";
import { say } from "../output";
import { emptyDatabase } from "./empty-database";
import { beginRestore, endRestore } from "./half-restored";
import { type BackupHead, parseHead } from "./head";
import { RowLoader } from "./load-rows";

const HEAD_BYTES = 16 * 1024 * 1024;
const TELL_MS = 2_000;

/**
 * `phaseboard restore FILE`: makes the installation whole in an empty data folder, and in the empty database that
 * DATABASE_URL names, if any. What a restore that was broken off has left is removed first.
 */
export async function runRestore(file: string): Promise<void> {
  const { dataDir, databaseUrl } = readSettings();
  const path = resolve(file);
  await access(path).catch(() => {
    throw new AppError("NOT_FOUND", `There is no file ${path} that can be read.`);
  });
  await refuseNewer(path);
  await makeDataFolder(dataDir);
  const lock = await lockInstance(dataDir);
  try {
    await beginRestore(dataDir);
    const postgres = databaseUrl ? null : await startEmbeddedPostgres({ dataDir, log: say });
    try {
      await restoreInto(postgres?.url ?? databaseUrl ?? "", dataDir, path);
    } finally {
      await postgres?.stop();
    }
    await endRestore(dataDir);
  } catch (error) {
    if (!(error instanceof ArchiveError)) throw error;
    throw new AppError("BAD_REQUEST", `${error.message}. Nothing of it can be used.`);
  } finally {
    await lock.release();
  }
}

/** Reads the beginning alone, so that nothing is made where the backup cannot be restored. */
async function refuseNewer(path: string): Promise<void> {
  try {
    for await (const entry of readArchive(createReadStream(path))) {
      if (entry.name !== HEAD) throw new ArchiveError("The archive is no backup of Phaseboard");
      const head = parseHead(await gather(entry.content, HEAD_BYTES));
      if (unknownMigrations(head.migrations).length === 0) return;
      throw new ArchiveError(
        `The backup was made by a newer version of Phaseboard (${head.version}); restore it with that version`,
      );
    }
  } catch (error) {
    throw error instanceof ArchiveError ? new AppError("BAD_REQUEST", `${error.message}.`) : error;
  }
}

async function restoreInto(url: string, dataDir: string, path: string): Promise<void> {
  const client = new Client({
    connectionString: url,
    application_name: "phaseboard restore",
    options: "-c TimeZone=UTC -c idle_in_transaction_session_timeout=0 -c statement_timeout=0",
  });
  client.on("error", () => {});
  await client.connect();
  const unpacker = new TreeUnpacker(dataDir, true);
  let entries = 0;
  const telling = setInterval(() => say(`${entries} entries`), TELL_MS);
  try {
    await emptyDatabase(client);
    const reading = readArchive(createReadStream(path));
    const first = await reading.next();
    if (first.done) throw new ArchiveError("The archive is empty");
    const head = parseHead(await gather(first.value.content, HEAD_BYTES));
    await migrate(url, { queue: migrateQueue, only: head.migrations });
    await mkdir(join(dataDir, "projects"), {
      recursive: true,
      mode: process.getuid?.() === 0 ? 0o711 : 0o700,
    });
    const loader = new RowLoader(client, head);
    await loader.begin();
    const placed = placesOf(head);
    let result = await reading.next();
    for (; !result.done; result = await reading.next()) {
      const entry = result.value;
      const parts = partsOf(entry.name);
      entries++;
      if (parts[0] === "rows") await loader.load(parts[1] ?? "", entry.content);
      else await unpacker.unpack(entry, placeOf(parts, placed));
    }
    await loader.finish();
    await unpacker.finish();
    compare(result.value.counts, await loader.count());
    await migrate(url, { queue: migrateQueue });
    await loader.place(placed);
    await client.query("drop schema phaseboard_restore");
    await withPool(url, "restore", (db) =>
      byCommandLine(db, "installation.restore", async (tx) =>
        audit(tx, {
          target: { type: "installation", id: null },
          after: { file: path, made_at: head.made_at, version: head.version },
        }),
      ),
    );
    say(`Restored ${entries} entries of ${head.made_at} into ${dataDir}`);
    if (!head.with_secret)
      say(
        "The backup holds no secret. Set NEXTAUTH_SECRET to that of the old installation before you start.",
      );
  } finally {
    clearInterval(telling);
    await unpacker.abort();
    await client.end().catch(() => {});
  }
}

/** Where projects whose folder lay elsewhere come: among those that Phaseboard makes, by their slug. */
function placesOf(head: BackupHead): Map<string, string> {
  return new Map(
    head.outside.map(({ id, slug }) => [id, `projects/${partsOf(`${slug}.restored`).join("-")}`]),
  );
}

/** The path below the data folder at which an entry is unpacked. */
function placeOf(parts: string[], placed: Map<string, string>): string[] {
  const [top, name = "", ...rest] = parts;
  if (top === "data" && ["projects", "homes", "secrets"].includes(name)) return [name, ...rest];
  const place = top === "outside" ? placed.get(name) : undefined;
  if (place !== undefined) return [...place.split("/"), ...rest];
  throw new ArchiveError(`The backup has an entry that belongs nowhere: ${shown(parts.join("/"))}`);
}

function compare(said: unknown, counted: Record<string, number>): void {
  for (const [table, count] of Object.entries((said ?? {}) as Record<string, number>)) {
    if (counted[table] === count) continue;
    throw new ArchiveError(`The backup says ${count} rows of ${table}, and ${counted[table] ?? 0} came`);
  }
}
