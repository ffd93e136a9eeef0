import { realpath } from "node:fs/promises";
import { resolve } from "node:path";
import { isBelow } from "../lib/is-below";
import { readSettings } from "../lib/settings";
import { type GitCall, git, gitIfAny } from "./git";

const PROTOCOLS = "https:http:ssh:git:file";
const NAME = /^[\w.-]+(?:\/[\w.-]+)*$/;

/** What signs in to a remote over https. */
export interface Credentials {
  /** Null: the name in the remote's address, else `TOKEN_USER`. */
  user: string | null;
  password: string;
}

/** The name that takes a token as its password at GitHub; others take any name. */
const TOKEN_USER = "x-access-token";

/** A remote of a project. */
export interface Remote {
  name: string;
  /** Its address without a password. */
  url: string;
  credentials: Credentials | null;
}

/** The remote that is meant where none is named; null where the project has none. */
export async function mainRemote(project: string): Promise<string | null> {
  const names = (await git(["remote"], { cwd: project })).split("\n").filter(Boolean);
  return names.includes("origin") ? "origin" : (names[0] ?? null);
}

/**
 * The project's remote of this name, or its main one; a refusal is a reason for people. `credentials`: those of the
 * project's settings, which win over a password in the address. `pushes`: where its config names another address for
 * pushes, that one.
 */
export async function findRemote(
  project: string,
  wanted: string | null,
  { credentials, pushes = false }: { credentials: Credentials | null; pushes?: boolean },
): Promise<Remote | { refusal: string }> {
  const name = wanted ?? (await mainRemote(project));
  if (name === null) {
    return {
      refusal:
        "The project has no remote. Add one in its folder (`git remote add origin <address>`), and try again.",
    };
  }
  const url = NAME.test(name) ? await addressOf(project, name, pushes) : null;
  if (url === null) return { refusal: `The project has no remote "${name}".` };
  const local = await localFolder(project, url);
  if (local !== null) return "refusal" in local ? local : { name, url: local.path, credentials };
  const { clean, own } = withoutPassword(url);
  return { name, url: clean, credentials: credentials ?? own };
}

async function addressOf(project: string, name: string, pushes: boolean): Promise<string | null> {
  const ask = (key: string) => gitIfAny(["config", "--get", `remote.${name}.${key}`], { cwd: project });
  return (pushes ? await ask("pushurl") : null) ?? (await ask("url"));
}

/** A password in an address would be read on the command line of git's helpers. */
function withoutPassword(url: string): { clean: string; own: Credentials | null } {
  const parsed = /^https?:\/\//i.test(url) && URL.canParse(url) ? new URL(url) : null;
  if (!parsed?.password) return { clean: url, own: null };
  const own = { user: decode(parsed.username) || null, password: decode(parsed.password) };
  parsed.password = "";
  return { clean: parsed.href, own };
}

const decode = (text: string) => {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
};

/** Answers git with what is in its environment, which other users of the machine cannot read. */
const HELPER =
  '!f() { test "$1" = get && printf "username=%s\\npassword=%s\\n" "$PHASEBOARD_GIT_USER" "$PHASEBOARD_GIT_PASSWORD"; }; f';

/** The part of a call that reaches the remote: with its credentials, else those of the server's git. */
export function callOf(
  { url, credentials }: Remote,
  own: Pick<GitCall, "cwd"> & { env: Record<string, string> },
): GitCall & { env: Record<string, string> } {
  const parsed = /^https?:\/\//i.test(url) && URL.canParse(url) ? new URL(url) : null;
  const env: Record<string, string> = { ...own.env, GIT_ALLOW_PROTOCOL: PROTOCOLS };
  if (!credentials || !parsed) return { ...own, env, asServer: true };
  // For this host alone: where a redirect leads to another one, nothing is told there.
  const key = `credential.${parsed.protocol}//${parsed.host}.helper`;
  return {
    ...own,
    asServer: true,
    env: {
      ...env,
      // The empty one takes the helpers of the server's git away.
      GIT_CONFIG_COUNT: "2",
      GIT_CONFIG_KEY_0: key,
      GIT_CONFIG_VALUE_0: "",
      GIT_CONFIG_KEY_1: key,
      GIT_CONFIG_VALUE_1: HELPER,
      PHASEBOARD_GIT_USER: credentials.user ?? (decode(parsed.username) || TOKEN_USER),
      PHASEBOARD_GIT_PASSWORD: credentials.password,
    },
  };
}

/** What the server's git knows for a remote over https; null where it knows nothing. */
export async function askCredentials({ url }: Pick<Remote, "url">): Promise<Credentials | null> {
  if (!/^https?:\/\//i.test(url) || !URL.canParse(url)) return null;
  const { protocol, host, pathname } = new URL(url);
  const input = `protocol=${protocol.replace(":", "")}\nhost=${host}\npath=${pathname.slice(1)}\n\n`;
  const told = await git(["credential", "fill"], {
    cwd: "/",
    asServer: true,
    input,
    timeout_ms: 10_000,
  }).catch(() => "");
  const [user, password] = ["username", "password"].map(
    (name) => new RegExp(`^${name}=(.*)$`, "m").exec(told)?.[1],
  );
  return password ? { user: user ?? null, password } : null;
}

/** What a remote said, without the password. */
export function masked({ credentials }: Remote, text: string): string {
  return credentials && credentials.password !== "" ? text.replaceAll(credentials.password, "***") : text;
}

/**
 * The folder that an address on this machine names, with links followed; null for another address. It must be none of
 * another project, since the server's user may read more than a project may.
 */
async function localFolder(
  project: string,
  url: string,
): Promise<{ path: string } | { refusal: string } | null> {
  const path = url.startsWith("file://") ? url.slice("file://".length) : url;
  if (/^[\w.+-]+:\/\//.test(url) && !url.startsWith("file://")) return null;
  if (/^[^/]+:/.test(path)) return null;
  const real = await realpath(resolve(project, path)).catch(() => null);
  if (real === null) return { refusal: `There is no folder ${url} on the server.` };
  const { dataDir, projectRoots } = readSettings();
  const closed = await Promise.all(
    [dataDir, ...projectRoots].map((root) => realpath(root).catch(() => root)),
  );
  if (closed.every((root) => real !== root && !isBelow(root, real))) return { path: real };
  return { refusal: `${url} is a folder in which Phaseboard keeps projects or data.` };
}
