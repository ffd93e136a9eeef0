import { spawnSync } from "node:child_process";
import { stat } from "node:fs/promises";
import { dirname, parse } from "node:path";
import { systemEnvironment } from "../lib/environment";
import { AppError } from "../lib/errors";
import type { Binaries } from "./embedded-binaries";

/** Under whom the postmaster runs, and how a program is started as them. */
export interface Account {
  /** Unset: the user we are ourselves. */
  ids: { uid: number; gid: number } | undefined;
  /** The same program, started as this account with the rights it needs to reach its files. */
  command(program: string, args: string[]): { program: string; args: string[] };
}

/** Users that a system keeps for such a job, the best first. */
const CANDIDATES = ["postgres", "_postgres", "nobody"];
/** Rights that let the account pass folders closed to it; the smaller first. Containers often hold but the second. */
const PASSING_RIGHTS = ["dac_read_search", "dac_override"];

/**
 * Postgres refuses to run as root, so root lends it another user: the owner of the cluster that is there, else
 * the first of `CANDIDATES` that the system knows. Throws `AppError` with the mend where that user cannot reach
 * the binaries or the folder.
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

/** Takes the id from `id`, which knows users of every source that the system has. */
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
  // Postgres asks access(2) for its own programs, which leaves such rights out unless this bit is set.
  const flags = ["--securebits=+no_setuid_fixup"];
  flags.push(`--reuid=${ids.uid}`, `--regid=${ids.gid}`, "--clear-groups");
  const rights = [`--inh-caps=+${right}`, `--ambient-caps=+${right}`];
  return {
    ids,
    command: (program, args) => ({ program: "setpriv", args: [...flags, ...rights, program, ...args] }),
  };
}

/** Tries it out: modes alone say too little where there are access lists, mounts and missing rights. */
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
