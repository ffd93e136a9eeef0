import { spawnSync } from "node:child_process";
import { stat } from "node:fs/promises";
import { dirname, parse } from "node:path";
import { systemEnvironment } from "../lib/environment";
import { AppError } from "../lib/errors";
import type { Binaries } from "./embedded-binaries";

/** The user as whom the postmaster runs, and how to start a program as that user. */
export interface Account {
  /** Undefined: the user of this process. */
  ids: { uid: number; gid: number } | undefined;
  /** Wraps a program so that it runs as this user, with the rights to reach its files. */
  command(program: string, args: string[]): { program: string; args: string[] };
}

/** System users that fit, best first. */
const CANDIDATES = ["postgres", "_postgres", "nobody"];
/** Capabilities to pass folders that are closed to the user, smaller first. Containers often have only the second. */
const PASSING_RIGHTS = ["dac_read_search", "dac_override"];

/**
 * Postgres refuses to run as root. Root runs it as the owner of an existing cluster, else as the first existing user of
 * `CANDIDATES`. Throws `AppError` with the mend where that user cannot reach the binaries or the folder.
 *
 * @param home folder that holds the cluster, absolute
 * @param cluster the cluster's own folder, absolute; need not exist
 */
export async function chooseAccount(binaries: Binaries, home: string, cluster: string): Promise<Account> {
  const owner = await stat(cluster).catch(() => undefined);
  const self = process.getuid?.();
  if (self !== 0) {
    if (owner && self !== undefined && owner.uid !== self) {
      throw new AppError(
        "FORBIDDEN",
        `${cluster} belongs to the user with id ${owner.uid} and this is the user with id ${self}. Start as that user, or give the folder over: chown -R ${self} ${dirname(home)}`,
      );
    }
    return { ids: undefined, command: (program, args) => ({ program, args }) };
  }
  const ids = owner && owner.uid !== 0 ? { uid: owner.uid, gid: owner.gid } : lookUp();
  const reaches = (account: Account) => canReach(account, binaries, owner ? cluster : home);
  const plain: Account = { ids, command: (program, args) => ({ program, args }) };
  if (reaches(plain)) return plain;
  for (const right of PASSING_RIGHTS) {
    const account = withRight(ids, right);
    if (reaches(account)) return account;
  }
  throw new AppError("FORBIDDEN", await whyUnreachable(ids.uid, [binaries.postgres, home]));
}

/** Asks the program `id`, which knows users from all sources of the system. */
function lookUp(): { uid: number; gid: number } {
  for (const name of CANDIDATES) {
    const [uid, gid] = ["-u", "-g"].map((flag) => {
      const found = spawnSync("id", [flag, name], { encoding: "utf8" });
      return found.status === 0 ? Number(found.stdout) : Number.NaN;
    });
    if (uid && gid && Number.isInteger(uid) && Number.isInteger(gid)) return { uid, gid };
  }
  throw new AppError(
    "FORBIDDEN",
    "The embedded Postgres may not run as root and this system has no user postgres or nobody. Start Phaseboard as an ordinary user, or set DATABASE_URL.",
  );
}

function withRight(ids: { uid: number; gid: number }, right: string): Account {
  // Postgres checks its programs by access(2), which ignores capabilities unless this bit is set.
  const flags = ["--securebits=+no_setuid_fixup"];
  flags.push(`--reuid=${ids.uid}`, `--regid=${ids.gid}`, "--clear-groups");
  const rights = [`--inh-caps=+${right}`, `--ambient-caps=+${right}`];
  return {
    ids,
    command: (program, args) => ({ program: "setpriv", args: [...flags, ...rights, program, ...args] }),
  };
}

/** Tries it as that user: modes alone do not show access lists, mounts and missing capabilities. */
function canReach(account: Account, binaries: Binaries, folder: string): boolean {
  const script = 'cd "$1" && exec "$2" --show -D "$1"';
  const { program, args } = account.command("/bin/sh", ["-c", script, "sh", folder, binaries.initdb]);
  const ids = program === "setpriv" ? {} : account.ids;
  const env = { ...systemEnvironment(), ...binaries.env };
  return spawnSync(program, args, { ...ids, env, cwd: "/", stdio: "ignore", timeout: 10_000 }).status === 0;
}

async function whyUnreachable(uid: number, paths: string[]): Promise<string> {
  for (const path of paths) {
    for (let folder = dirname(path); folder !== parse(folder).root; folder = dirname(folder)) {
      const { mode, uid: owner } = await stat(folder);
      if (owner === uid || mode & 0o001) continue;
      return `The embedded Postgres runs as the user with id ${uid}, who may not enter ${folder}. Run chmod o+x ${folder}, start Phaseboard as an ordinary user, or set DATABASE_URL.`;
    }
  }
  return `The embedded Postgres does not run as the user with id ${uid} on this system. Start Phaseboard as an ordinary user, or set DATABASE_URL.`;
}
