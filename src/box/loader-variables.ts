/**
 * Variables by which a program's loader and C library load code or files that somebody names: those that glibc takes
 * from set-user-id programs (its `unsecvars.h`), and all that the loader and the allocator
 * may learn.
 */
const STEERS =
  /^(LD_|GLIBC_|MALLOC_|GCONV_PATH$|GETCONF_DIR$|HOSTALIASES$|LOCALDOMAIN$|LOCPATH$|NIS_PATH$|NLSPATH$|RESOLV_HOST_CONF$|RES_OPTIONS$|TZDIR$)/;
/** A locale is a name; with a slash it would be a path. */
const LOCALE = /^(LANG$|LANGUAGE$|LC_)/;

/** A variable that must not reach a program which still has rights of the server: only what it starts may have it. */
const steers = ([name, value]: [string, string]) =>
  STEERS.test(name) || (LOCALE.test(name) && value.includes("/"));

/**
 * A program's variables in two parts: those that the programs of a box get too, which start before it with the
 * server's rights, and `NAME=value` of those that only it gets.
 */
export function splitVariables(env: Record<string, string>): {
  outer: Record<string, string>;
  inner: string[];
} {
  const all = Object.entries(env);
  return {
    outer: Object.fromEntries(all.filter((variable) => !steers(variable))),
    inner: all.filter(steers).map(([name, value]) => `${name}=${value}`),
  };
}
