/*
 * What of the environment in which Phaseboard was started its own processes are given. A process's environment
 * can be read by whatever runs as the same user, steps too, so what guards something (passwords, addresses with
 * passwords, keys) is handed over a channel instead (`handOver` in settings.ts).
 */

/** What any program needs to find its way on the machine. */
const SYSTEM =
  /^(PATH|HOME|USER|LOGNAME|SHELL|LANG|LANGUAGE|LC_\w+|TZ|TMPDIR|TEMP|TMP|LD_LIBRARY_PATH|DYLD_\w+|SYSTEMROOT|SYSTEMDRIVE|COMSPEC|PATHEXT|USERPROFILE|APPDATA|LOCALAPPDATA|WINDIR)$/i;

/** And what web and workers take from it: Node's, proxies' and certificates', libpq's, our settings. */
const OURS =
  /^(NODE_\w+|NEXT_\w+|NEXTAUTH_URL|HOST|PORT|TERM|NO_COLOR|FORCE_COLOR|XDG_\w+|SSL_CERT_\w+|\w+_PROXY|PG\w+|PHASEBOARD_\w+)$/i;

/** Settings that are handed over the channel, each to who needs it, and stand in no environment of ours. */
export const GUARDED = [
  "DATABASE_URL",
  "NEXTAUTH_SECRET",
  "PGPASSWORD",
  "PHASEBOARD_ADMIN_EMAIL",
  "PHASEBOARD_ADMIN_PASSWORD",
  "PHASEBOARD_SECRETS_KEY",
  "PHASEBOARD_S3_ACCESS_KEY_ID",
  "PHASEBOARD_S3_SECRET_ACCESS_KEY",
];

/** For the database, which needs nothing of ours. */
export function systemEnvironment(env: NodeJS.ProcessEnv = process.env): NodeJS.ProcessEnv {
  return pick(env, (name) => SYSTEM.test(name));
}

/** For web and workers; `passOn` are the names that the administrator has pass on to steps. */
export function ownEnvironment(passOn: string[], env: NodeJS.ProcessEnv = process.env): NodeJS.ProcessEnv {
  return pick(
    env,
    (name) => passOn.includes(name) || SYSTEM.test(name) || (OURS.test(name) && !GUARDED.includes(name)),
  );
}

function pick(env: NodeJS.ProcessEnv, isWanted: (name: string) => boolean): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([name]) => isWanted(name))) as NodeJS.ProcessEnv;
}

/** What npm and its like put in front of PATH for a script of a package. */
const OF_NPM = /(node_modules[\\/]\.bin|node-gyp-bin)[\\/]?$/;

/**
 * The PATH of who started us: without the folders of packages' programs that npm, pnpm, yarn or bun put in
 * front, where a step would find our own compiler in place of the machine's.
 */
export function starterPath(env: NodeJS.ProcessEnv, separator: string): string | undefined {
  const isByNpm = env.npm_execpath !== undefined || env.npm_config_user_agent !== undefined;
  if (env.PATH === undefined || !isByNpm) return env.PATH;
  const folders = env.PATH.split(separator);
  const first = folders.findIndex((folder) => !OF_NPM.test(folder));
  return folders.slice(Math.max(first, 0)).join(separator);
}
