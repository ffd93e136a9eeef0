import { relative } from "node:path";
import type { Writable } from "node:stream";
import { Client, escapeIdentifier } from "pg";
import { addTree } from "../../../archive/add-tree";
import { HEAD } from "../../../archive/format";
import { isInside } from "../../../archive/unpack-tree";
import { ArchiveWriter } from "../../../archive/writer";
import { AppError } from "../../../lib/errors";
import { productVersion } from "../../../lib/product-version";
import { readSettings } from "../../../lib/settings";
import { folderOf } from "../../../lib/stored-folder";
import { waitFor } from "../../../lib/wait-for";
import { HOLD_FILES } from "../../../storage/hold-files";
import { isTemporary } from "../../../storage/temporary";
import type { ProjectHead } from "../schema";
import { MOVED, type MovedTable, PERSON_COLUMNS } from "../tables";

/** Rows read at once; a row may have megabytes. */
const ROWS = 50;
const PART_BYTES = 1024 * 1024;
/** Exports that one process sends at once: each holds a connection, and a snapshot of the database. */
const AT_ONCE = 4;
let under_way = 0;

/** One whose reader has gone away takes a moment to end. */
const ROOM_MS = 5_000;

const inStore = () =>
  new AppError(
    "CONFLICT",
    "Logs and artifacts of this installation lie in an object store, which an export cannot take along yet. Make a backup of the database, and keep the bucket.",
  );
const tooMany = () =>
  new AppError("TOO_MANY_REQUESTS", `${AT_ONCE} exports are being sent already. Try again later.`);

/** Why this process can begin no export now; null: it can. */
export function refusalOfExport(): AppError | null {
  if (readSettings().storage !== "local") return inStore();
  return under_way < AT_ONCE ? null : tooMany();
}

/** Throws CONFLICT where files lie in an object store. */
export function refuseStore(): void {
  if (readSettings().storage !== "local") throw inStore();
}

/** Throws TOO_MANY_REQUESTS while four exports are under way. */
export async function untilRoom(): Promise<void> {
  if (!(await waitFor(() => under_way < AT_ONCE, ROOM_MS))) throw tooMany();
}

/**
 * Writes a project as one archive: a line of JSON for each row of one snapshot, with all values as PostgreSQL writes
 * them, and its folder byte for byte. Links that lead out of the folder stay behind, and so do values of secrets. The
 * caller has checked rights.
 */
export async function exportProject(url: string, project_id: string, out: Writable): Promise<void> {
  refuseStore();
  under_way++;
  const writer = new ArchiveWriter(out);
  const client = new Client({
    connectionString: url,
    application_name: "phaseboard export",
    options: "-c TimeZone=UTC -c idle_in_transaction_session_timeout=0 -c statement_timeout=0",
  });
  client.on("error", () => {});
  try {
    await client.connect();
    await addAll(client, writer, project_id);
  } catch (error) {
    await writer.abort(error instanceof Error ? error : new Error(String(error)));
    throw error;
  } finally {
    under_way--;
    await client.end().catch(() => {});
  }
}

async function addAll(client: Client, writer: ArchiveWriter, project_id: string): Promise<void> {
  await client.query(HOLD_FILES);
  await client.query("begin isolation level repeatable read read only");
  const { rows } = await client.query<{ id: string; name: string; slug: string; path: string }>(
    "select id, name, slug, path from projects where id = $1",
    [project_id],
  );
  const [project] = rows;
  if (!project) throw new AppError("NOT_FOUND", "There is no such project.");
  const { path, ...facts } = project;
  const tables: ProjectHead["tables"] = [];
  for (const table of MOVED) tables.push(await columnsOf(client, table));
  const head: ProjectHead = {
    kind: "project",
    format: 1,
    version: productVersion(),
    made_at: new Date().toISOString(),
    project: facts,
    tables,
    people: await listPeople(client, project_id),
    secrets: await listSecrets(client, project_id),
  };
  await writer.add(HEAD, JSON.stringify(head));
  for (const [at, table] of MOVED.entries())
    await addRows(client, writer, table, tables[at]?.columns ?? [], project_id);
  await client.query("commit");
  const folder = folderOf(path);
  await addTree(writer, folder, "files", {
    isWanted: (each) => !isTemporary(each.slice(each.lastIndexOf("/") + 1)),
    isLinkWanted: (each, target) => isInside(relative(folder, each), target),
  });
  await writer.finish();
}

/** The columns of a table that are exported. */
async function columnsOf(
  client: Pick<Client, "query">,
  { name, without = [] }: MovedTable,
): Promise<{ name: string; columns: string[] }> {
  const { rows } = await client.query<{ column: string }>(
    `select attname::text as column from pg_attribute
     where attrelid = $1::regclass and attnum > 0 and not attisdropped and attgenerated = '' and attname <> all($2)
     order by attnum`,
    [`public.${name}`, without],
  );
  return { name, columns: rows.map(({ column }) => column) };
}

async function addRows(
  client: Client,
  writer: ArchiveWriter,
  { name, where }: MovedTable,
  columns: string[],
  project_id: string,
): Promise<void> {
  const values = columns.map((column) => `${escapeIdentifier(column)}::text`).join(", ");
  await client.query(
    `declare moved no scroll cursor for select to_json(array[${values}])::text as line from public.${name} where ${where}`,
    [project_id],
  );
  let lines: string[] = [];
  let size = 0;
  let parts = 0;
  const write = async () => {
    if (lines.length === 0) return;
    await writer.add(`rows/${name}/${String(++parts).padStart(6, "0")}.jsonl`, `${lines.join("\n")}\n`);
    [lines, size] = [[], 0];
  };
  for (;;) {
    const { rows } = await client.query<{ line: string }>(`fetch forward ${ROWS} from moved`);
    if (rows.length === 0) break;
    for (const { line } of rows) {
      lines.push(line);
      size += line.length;
    }
    if (size >= PART_BYTES) await write();
  }
  await write();
  await client.query("close moved");
}

async function listPeople(client: Client, project_id: string): Promise<ProjectHead["people"]> {
  const { rows: columns } = await client.query<{ table: string; column: string }>(PERSON_COLUMNS);
  const ids = columns.flatMap(({ table, column }) => {
    const moved = MOVED.find(({ name, without }) => name === table && !without?.includes(column));
    return moved ? [`select ${escapeIdentifier(column)} from ${table} where ${moved.where}`] : [];
  });
  const { rows } = await client.query<ProjectHead["people"][number]>(
    `select id, name, email from users where id in (${ids.join(" union ")}) order by id`,
    [project_id],
  );
  return rows;
}

async function listSecrets(client: Client, project_id: string): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>(
    "select name from project_secrets where project_id = $1 order by name",
    [project_id],
  );
  return rows.map(({ name }) => name);
}
