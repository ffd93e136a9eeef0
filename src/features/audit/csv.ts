import { AuditEntry } from "./schema";

const COLUMNS = Object.keys(AuditEntry.shape) as (keyof AuditEntry)[];

/** The names of the columns, as the first line. */
export const csvHead = line(COLUMNS);

/** One row as RFC 4180 has it; objects are JSON in one cell. */
export function csvRow(entry: AuditEntry): string {
  return line(
    COLUMNS.map((name) => {
      const value = entry[name];
      return value === null ? "" : typeof value === "string" ? value : JSON.stringify(value);
    }),
  );
}

function line(cells: string[]): string {
  return `${cells.map(cell).join(",")}\r\n`;
}

/** A quote in front keeps spreadsheets from taking what a person wrote for a formula. */
function cell(text: string): string {
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
