import type { Db } from "./client";

/**
 * A query that Drizzle builds once per database, with placeholders for its values: for queries before every answer,
 * where building costs as much as running. `build` ends with `prepare` and the statement's name.
 */
export function prepared<T>(build: (db: Db) => T): (db: Db) => T {
  const built = new WeakMap<Db, T>();
  return (db) => {
    const query = built.get(db) ?? build(db);
    built.set(db, query);
    return query;
  };
}
