import { sql } from "drizzle-orm";
import { type AnyPgColumn, customType, text } from "drizzle-orm/pg-core";
import { newId } from "../../lib/ids";
import { folderOf, storedFolder } from "../../lib/stored-folder";

/** timestamptz(3) as an ISO 8601 string in UTC. Connections run in UTC. */
export const instant = customType<{ data: string; driverData: string }>({
  dataType: () => "timestamp(3) with time zone",
  fromDriver: toIso,
});

/**
 * Turns Postgres' text of a UTC time (`2026-11-21 09:40:19.12+00`, or as in JSON) into ISO 8601. Always has three
 * digits of milliseconds, so that times sort as text.
 */
export function toIso(value: string): string {
  const [seconds = "", fraction = ""] = value
    .slice(11)
    .replace(/(\+00(:00)?|Z)$/, "")
    .split(".");
  return `${value.slice(0, 10)}T${seconds}.${fraction.slice(0, 3).padEnd(3, "0")}Z`;
}

/** A project's folder: absolute outside of the column, relative to the data folder in it where we made the folder. */
export const folder = customType<{ data: string; driverData: string }>({
  dataType: () => "text",
  fromDriver: folderOf,
  toDriver: storedFolder,
});

export const bytea = customType<{ data: Buffer; driverData: Buffer }>({ dataType: () => "bytea" });

export const id = () => text("id").primaryKey().$defaultFn(newId);
export const createdAt = () => instant("created_at").notNull().default(sql`now()`);
export const updatedAt = () =>
  instant("updated_at")
    .notNull()
    .default(sql`now()`)
    .$onUpdateFn(() => sql`now()`);

/** The id of what the row belongs to, and is deleted with. */
export const partOf = <Name extends string>(name: Name, owner: () => AnyPgColumn) =>
  text(name).notNull().references(owner, { onDelete: "cascade" });

/** SQL `in ('a', 'b')` for the check of a text column. */
export const oneOf = (column: string, values: readonly string[]) =>
  sql.raw(`"${column}" in (${values.map((value) => `'${value}'`).join(", ")})`);
