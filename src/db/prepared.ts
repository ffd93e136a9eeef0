import type { Db } from "./client";

/**
 * A query that Drizzle builds once for each database, its values as placeholders: for what stands before every answer,
 * where building costs as much as asking. `build` ends in `prepare`, whose name is the statement's.
 */
export function prepared<T>(build: (db: Db) => T): (db: Db) => T {
  const built = new WeakMap<Db, T>();
  return (db) => {
    const query = built.get(db) ?? build(db);
    built.set(db, query);
    return query;
  };
}
