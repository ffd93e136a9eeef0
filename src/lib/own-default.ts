/** The default export of a CommonJS package. Bundlers and test runners unwrap it on import; Node gives all exports. */
export function ownDefault<T extends object>(imported: T): T {
  return "default" in imported ? (imported.default as T) : imported;
}
