/**
 * What a CommonJS package exports as its default. Bundlers and test runners unwrap it on import; Node itself gives
 * the whole of the package's exports.
 */
export function ownDefault<T extends object>(imported: T): T {
  return "default" in imported ? (imported.default as T) : imported;
}
