import { csvLine } from "../../lib/csv";
import { AuditEntry } from "./schema";

const COLUMNS = Object.keys(AuditEntry.shape) as (keyof AuditEntry)[];

/** The names of the columns, as the first line. */
export const csvHead = csvLine(COLUMNS);

/** One row as RFC 4180 has it; objects are JSON in one cell. */
export function csvRow(entry: AuditEntry): string {
  return csvLine(
    COLUMNS.map((name) => {
      const value = entry[name];
      return value === null ? "" : typeof value === "string" ? value : JSON.stringify(value);
    }),
  );
}
