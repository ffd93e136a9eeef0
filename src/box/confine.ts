import { dirname } from "node:path";
import { splitVariables } from "./loader-variables";
import { type Box, BoxRefusal, type BoxUser, type Program, type Reach } from "./types";

/** Who has no rights anywhere; for processes of no project under root. */
const NOBODY: BoxUser = { uid: 65_534, gid: 65_534 };

/** Where every system has it, for the first lines of scripts. */
const ENV = "/usr/bin/env";

/** What it takes to enter the user's folder and to become the user; setpriv gives all of it up. */
const SWITCHING = ["CAP_SETUID", "CAP_SETGID", "CAP_DAC_READ_SEARCH"];

/** The program as it is started in the box, so that its process reaches no more than `reach` says. */
export function confine(box: Box, given: Program, reach: Reach): Program {
  if (box.kind === "bubblewrap") return inBubblewrap(box, given, reach);
  if (reach.network === "none") {
    throw new BoxRefusal(
      "This machine has no box that can take the network away (`network: none`): install bubblewrap, or take the key out of the definition",
    );
  }
  if (box.kind === "none") return given;
  const { limited, env } = inside(box, given);
  return {
    ...asUser(box.setpriv, reach.user ?? NOBODY, limited),
    cwd: given.cwd,
    env: { ...env, ...homeOf(reach), ...(reach.tmp ? { TMPDIR: reach.tmp } : {}) },
  };
}

function inBubblewrap(box: Box & { kind: "bubblewrap" }, given: Program, reach: Reach): Program {
  const { limited, env } = inside(box, given);
  const { program, args } = box.setpriv ? asUser(box.setpriv, reach.user ?? NOBODY, limited) : limited;
  const options = [
    ...namespaces(box, reach),
    ...box.base,
    ...(reach.tmp ? ["--bind", reach.tmp, "/tmp"] : ["--perms", "1777", "--tmpfs", "/tmp"]),
    ...mounts(reach),
    // What is written beside the folders would be lost without a word.
    "--remount-ro",
    "/",
    "--chdir",
    given.cwd,
    "--",
  ];
  return {
    program: box.program,
    args: [...options, program, ...args],
    cwd: "/",
    env: { ...env, ...homeOf(reach) },
  };
}

/**
 * What is started as the user, and the environment of all that starts it. These still have the server's rights, so what
 * steers their loader is set behind them.
 */
function inside({ limits }: Box, given: Program) {
  const { outer, inner } = splitVariables(given.env);
  const [prlimit, ...options] = limits;
  const words = [
    ...(prlimit ? [prlimit, ...options, "--"] : []),
    ...(inner.length > 0 ? [ENV, ...inner] : []),
    given.program,
  ];
  const [program = given.program, ...before] = words;
  return { limited: { program, args: [...before, ...given.args] }, env: outer };
}

function namespaces({ setpriv }: { setpriv: string | null }, { network, tied }: Reach): string[] {
  return [
    ...(setpriv ? [] : ["--unshare-user"]),
    "--unshare-pid",
    "--unshare-ipc",
    ...(network === "none" ? ["--unshare-net"] : []),
    // Without it what a step left running has the time to write its last lines; whoever started it ends it.
    ...(tied ? ["--die-with-parent", "--new-session"] : []),
    "--cap-drop",
    "ALL",
    ...(setpriv ? SWITCHING.flatMap((right) => ["--cap-add", right]) : []),
  ];
}

function mounts({ writable, readable = [], hidden = [], home }: Reach): string[] {
  const all = [
    ...readable.map((path) => ({ path, args: ["--ro-bind-try", path, path] })),
    ...[...(home ? [home] : []), ...writable].map((path) => ({ path, args: ["--bind-try", path, path] })),
    ...hidden.map((path) => ({ path, args: ["--perms", "0555", "--tmpfs", path, "--remount-ro", path] })),
  ];
  // A folder before what lies in it, which would be covered otherwise.
  const sorted = all.sort((a, b) => a.path.length - b.path.length);
  return [...parents(sorted.map(({ path }) => path)), ...sorted.flatMap(({ args }) => args)];
}

/** Folders around these, open to pass: by itself bubblewrap closes them where the folder inside is its user's own. */
export function parents(paths: string[]): string[] {
  const around = new Set(paths.map((path) => dirname(path)).filter((path) => path !== "/"));
  return [...around].flatMap((path) => ["--perms", "0755", "--dir", path]);
}

const homeOf = ({ home }: Reach): Record<string, string> => (home ? { HOME: home } : {});

function asUser(
  setpriv: string,
  { uid, gid }: BoxUser,
  { program, args }: Pick<Program, "program" | "args">,
) {
  const rights = ["--clear-groups", "--inh-caps=-all", "--no-new-privs"];
  return {
    program: setpriv,
    args: [`--reuid=${uid}`, `--regid=${gid}`, ...rights, "--", program, ...args],
  };
}
