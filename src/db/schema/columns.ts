import { sql } from "drizzle-orm";
import { customType, text } from "drizzle-orm/pg-core";
import { newId } from "../../lib/ids";

/** timestamptz(3) that is an ISO 8601 string in UTC on our side, as on the wire. Connections run in UTC. */
export const instant = customType<{ data: string; driverData: string }>({
  dataType: () => "timestamp(3) with time zone",
  fromDriver: toIso,
});

/**
 * A time in UTC as Postgres writes it, `2026-11-21 09:40:19.12+00` or in JSON, in the wire's form: always with three
 * digits behind the second, so that times sort as text. Postgres leaves out zeros at the end.
 */
export function toIso(value: string): string {
  const [seconds = "", fraction = ""] = value
    .slice(11)
    .replace(/(\+00(:00)?|Z)$/, "")
    .split(".");
  return `${value.slice(0, 10)}T${seconds}.${fraction.slice(0, 3).padEnd(3, "0")}Z`;
}

export const bytea = customType<{ data: Buffer; driverData: Buffer }>({ dataType: () => "bytea" });

export const id = () => text("id").primaryKey().$defaultFn(newId);
export const createdAt = () => instant("created_at").notNull().default(sql`now()`);
export const updatedAt = () =>
  instant("updated_at")
    .notNull()
    .default(sql`now()`)
    .$onUpdateFn(() => sql`now()`);

/** `in ('a', 'b')` for a check of a text column. */
export const oneOf = (column: string, values: readonly string[]) =>
  sql.raw(`"${column}" in (${values.map((value) => `'${value}'`).join(", ")})`);
