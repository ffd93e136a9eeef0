/*
 * The variables that Phaseboard passes on to its own processes. Any process of the same user, steps included, can read
 * an environment. Secrets (passwords, addresses with passwords, keys) therefore go over a channel (`handOver` in
 * settings.ts).
 */

/** Variables that any program needs. */
const SYSTEM =
  /^(PATH|HOME|USER|LOGNAME|SHELL|LANG|LANGUAGE|LC_\w+|TZ|TMPDIR|TEMP|TMP|LD_LIBRARY_PATH|DYLD_\w+|SYSTEMROOT|SYSTEMDRIVE|COMSPEC|PATHEXT|USERPROFILE|APPDATA|LOCALAPPDATA|WINDIR)$/i;

/** Variables for web and workers: of Node, proxies, certificates and libpq, and our settings. */
const OURS =
  /^(NODE_\w+|NEXT_\w+|NEXTAUTH_URL|HOST|PORT|TERM|NO_COLOR|FORCE_COLOR|XDG_\w+|SSL_CERT_\w+|\w+_PROXY|PG\w+|PHASEBOARD_\w+)$/i;

/** Settings that go over the channel, to the processes that need them, and never into an environment. */
export const GUARDED = [
  "DATABASE_URL",
  "NEXTAUTH_SECRET",
  "PGPASSWORD",
  "PHASEBOARD_ADMIN_EMAIL",
  "PHASEBOARD_ADMIN_PASSWORD",
  "PHASEBOARD_SECRETS_KEY",
  "PHASEBOARD_OIDC_CLIENT_SECRET",
  "PHASEBOARD_S3_ACCESS_KEY_ID",
  "PHASEBOARD_S3_SECRET_ACCESS_KEY",
];

/** The environment of the database. */
export function systemEnvironment(env: NodeJS.ProcessEnv = process.env): NodeJS.ProcessEnv {
  return pick(env, (name) => SYSTEM.test(name));
}

/** The environment of web and workers; `passOn`: names that the administrator passes on to steps. */
export function ownEnvironment(passOn: string[], env: NodeJS.ProcessEnv = process.env): NodeJS.ProcessEnv {
  return pick(
    env,
    (name) => passOn.includes(name) || SYSTEM.test(name) || (OURS.test(name) && !GUARDED.includes(name)),
  );
}

/** How people sign in, which is for the web process alone: of a provider a worker would lack the guarded secret. */
const SIGN_IN = /^PHASEBOARD_(OIDC_\w+|PASSWORDS)$/;

/** Of the environment of web and workers, what workers get. */
export function workerEnvironment(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return pick(env, (name) => !SIGN_IN.test(name));
}

function pick(env: NodeJS.ProcessEnv, isWanted: (name: string) => boolean): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([name]) => isWanted(name))) as NodeJS.ProcessEnv;
}

/** Folders that npm and similar tools put in front of PATH for a package's script. */
const OF_NPM = /(node_modules[\\/]\.bin|node-gyp-bin)[\\/]?$/;

/**
 * The PATH without folders that npm, pnpm, yarn or bun put in front. With them a step would find our own compiler
 * instead of the machine's.
 */
export function starterPath(env: NodeJS.ProcessEnv, separator: string): string | undefined {
  const isByNpm = env.npm_execpath !== undefined || env.npm_config_user_agent !== undefined;
  if (env.PATH === undefined || !isByNpm) return env.PATH;
  const folders = env.PATH.split(separator);
  const first = folders.findIndex((folder) => !OF_NPM.test(folder));
  return folders.slice(Math.max(first, 0)).join(separator);
}
