import type { Db, ReadDb } from "./client";

/**
 * A query that Drizzle builds once per database, with placeholders for its values: for queries before every answer,
 * where building costs as much as running. `build` ends with `prepare` and the statement's name.
 */
export function prepared<T>(build: (db: Db) => T): (db: ReadDb) => T {
  const built = new WeakMap<ReadDb, T>();
  return (db) => {
    const query = built.get(db) ?? build(db as Db);
    built.set(db, query);
    return query;
  };
}
