/** All that a process has one of. */
type Name =
  | "web"
  | "background"
  | "handed settings"
  | "hubs"
  | "wakers"
  | "stream guards"
  | "followed logs"
  | "log indexes"
  | "empty repositories"
  | "provider state"
  | "box";

const holder = globalThis as typeof globalThis & { phaseboard?: Map<Name, unknown> };
holder.phaseboard ??= new Map();
const kept = holder.phaseboard;

/**
 * What the process has one of under `name`, made at first use. Next evaluates a module once for instrumentation, once
 * for routes and once for pages, so a variable of the module would be three.
 */
export function perProcess<T>(name: Name, make: () => T): T {
  if (!kept.has(name)) kept.set(name, make());
  return kept.get(name) as T;
}

/** As `perProcess`, one for each database that is open. */
export function perDatabase<T>(name: Name, db: object, make: () => T): T {
  const all = perProcess(name, () => new WeakMap<object, unknown>());
  if (!all.has(db)) all.set(db, make());
  return all.get(db) as T;
}
