import { createReadStream } from "node:fs";
import { appendFile, mkdir } from "node:fs/promises";
import { join } from "node:path";
import { ArchiveError, shown } from "../../../archive/format";
import { linesOf } from "../../../archive/lines-of";
import { gather } from "../../../archive/reader";
import type { ProjectHead } from "../schema";
import { MOVED } from "../tables";

/** Bytes of one entry with rows. */
const PART_BYTES = 256 * 1024 * 1024;
const BATCH_BYTES = 1024 * 1024;

/** A row: its values as PostgreSQL writes them, in the order of its table's columns. */
export type ArchivedRow = (string | null)[];

/** An archive's rows, kept aside in files until all of the archive is proven. */
export class ArchivedRows {
  private readonly columns = new Map<string, string[]>();

  constructor(private readonly folder: string) {}

  async begin({ tables }: ProjectHead): Promise<void> {
    for (const { name, columns } of tables) {
      if (!MOVED.some((table) => table.name === name) || this.columns.has(name))
        throw new ArchiveError(`The archive has a table that is unknown here: ${shown(name)}`);
      this.columns.set(name, columns);
    }
    await mkdir(this.folder, { recursive: true });
  }

  /** The table's columns that the archive has; none where it lacks the table. */
  columnsOf(table: string): string[] {
    return this.columns.get(table) ?? [];
  }

  async take(table: string, content: AsyncIterable<Buffer>): Promise<void> {
    if (!this.columns.has(table))
      throw new ArchiveError(`The archive has rows of a table that is unknown here: ${shown(table)}`);
    await appendFile(join(this.folder, `${table}.jsonl`), await gather(content, PART_BYTES));
  }

  /** The rows in batches. */
  async *read(table: string): AsyncGenerator<ArchivedRow[], void, undefined> {
    const width = this.columnsOf(table).length;
    let batch: ArchivedRow[] = [];
    let size = 0;
    const input = createReadStream(join(this.folder, `${table}.jsonl`), { flags: "a+" });
    for await (const line of linesOf(input)) {
      batch.push(parseRow(line, width, table));
      size += line.length;
      if (size < BATCH_BYTES) continue;
      yield batch;
      [batch, size] = [[], 0];
    }
    if (batch.length > 0) yield batch;
  }
}

function parseRow(line: string, width: number, table: string): ArchivedRow {
  try {
    const row: unknown = JSON.parse(line);
    const isRow = Array.isArray(row) && row.length === width;
    if (isRow && row.every((value) => value === null || typeof value === "string")) return row as ArchivedRow;
  } catch {
    // Said below.
  }
  throw new ArchiveError(`The archive has a row of ${table} that is none`);
}
