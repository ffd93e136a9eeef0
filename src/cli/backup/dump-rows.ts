import type { Client } from "pg";
import { escapeIdentifier } from "pg";
import { to as copyTo } from "pg-copy-streams";
import type { ArchiveWriter } from "../../archive/writer";
import type { TableColumns } from "./tables";

/** Bytes of one entry of the archive; rows are never cut. */
const PART_BYTES = 4 * 1024 * 1024;
const NEWLINE = 0x0a;

/** Adds a table's rows, as COPY gives them, in parts under `rows/<table>/`. Returns their number. */
export async function dumpRows(client: Client, writer: ArchiveWriter, table: TableColumns): Promise<number> {
  const columns = table.columns.map(escapeIdentifier).join(", ");
  const source = client.query(copyTo(`copy public.${escapeIdentifier(table.name)} (${columns}) to stdout`));
  let parts: Buffer[] = [];
  let size = 0;
  let rows = 0;
  let number = 0;
  const write = async (bytes: Buffer) => {
    for (let at = bytes.indexOf(NEWLINE); at !== -1; at = bytes.indexOf(NEWLINE, at + 1)) rows++;
    await writer.add(`rows/${table.name}/${String(++number).padStart(6, "0")}`, bytes);
  };
  for await (const part of source as AsyncIterable<Buffer>) {
    parts.push(part);
    size += part.length;
    if (size < PART_BYTES || !part.includes(NEWLINE)) continue;
    const bytes = Buffer.concat(parts);
    // In COPY's text a newline ends a row; one in a value is written as \n.
    const end = bytes.lastIndexOf(NEWLINE) + 1;
    await write(bytes.subarray(0, end));
    parts = [bytes.subarray(end)];
    size = bytes.length - end;
  }
  const rest = Buffer.concat(parts);
  if (rest.length > 0) await write(rest);
  return rows;
}
