import { isIP } from "node:net";
import { isAbsolute, resolve } from "node:path";
import { z } from "zod";
import { GUARDED } from "./environment";
import { type LowWater, parseLowWater } from "./low-water";
import { type OidcSettings, parseAllow, readOidc } from "./oidc-settings";
import { perProcess } from "./per-process";
import { parseTrustProxy, type TrustProxy } from "./trust-proxy";

const integer = (min: number, max: number) =>
  z.coerce
    .number({ error: `must be a whole number from ${min} to ${max}` })
    .int(`must be a whole number from ${min} to ${max}`)
    .min(min, `must be at least ${min}`)
    .max(max, `must be at most ${max}`);

const flag = z
  .enum(["true", "false", "1", "0"], { error: "must be true or false" })
  .transform((text) => text === "true" || text === "1");

/** A schema that parses by `parse`, and `unset` where there is none; the message of its error becomes the fault. */
const readBy = <T>(parse: (text: string) => T, unset = "") =>
  z
    .string()
    .default(unset)
    .transform((text, context): T => {
      try {
        return parse(text);
      } catch (error) {
        context.addIssue({ code: "custom", message: (error as Error).message });
        return z.NEVER;
      }
    });

function parseOrigins(text: string): string[] {
  return text
    .split(/[\s,]+/)
    .filter(Boolean)
    .map((part) => {
      const origin = URL.canParse(part) ? new URL(part).origin : "null";
      if (/^https?:/.test(origin) && part.replace(/\/$/, "").toLowerCase() === origin) return origin;
      throw new Error(
        `must list origins such as https://app.example.com, separated by commas; ${part} is none`,
      );
    });
}

function parseFolders(text: string): string[] {
  const folders = text.split(":").filter(Boolean);
  const relative = folders.find((folder) => !isAbsolute(folder));
  if (relative === undefined) return folders.map((folder) => resolve(folder));
  throw new Error(`must list absolute folders, separated by colons; ${relative} is none`);
}

/** A range of numbers of users, first and last. */
export type UserRange = [first: number, last: number];

function parseUsers(text: string): UserRange | undefined {
  if (text === "") return undefined;
  const [, first, last] = (/^(\d{1,10})-(\d{1,10})$/.exec(text) ?? []).map(Number);
  if (first && last && first >= 1_000 && last > first && last < 2 ** 32 - 2) return [first, last];
  throw new Error("must be a range of users' numbers from 1000 upwards, for example 70000-79999");
}

/** What one process of a project may take; `processes` counts all of its user's. Undefined: as much as there is. */
export interface BoxLimits {
  processes?: number;
  /** Bytes of data of one process. */
  memory?: number;
  /** Seconds of processor time of one process. */
  cpu?: number;
}

const BOX_LIMITS = "must be like processes=4096,memory=8G,cpu=3600, with one or more of these, or none";
const UNITS: Record<string, number> = { "": 1, K: 2 ** 10, M: 2 ** 20, G: 2 ** 30 };

function parseLimits(text: string): BoxLimits {
  const limits: BoxLimits = {};
  if (text === "none") return limits;
  for (const part of text.split(/[\s,]+/).filter(Boolean)) {
    const [, name, amount, unit = ""] = /^(processes|memory|cpu)=([1-9]\d{0,14})([KMG]?)$/.exec(part) ?? [];
    const bytes = Number(amount) * (UNITS[unit] ?? Number.NaN);
    if (!name || !Number.isSafeInteger(bytes) || (unit && name !== "memory")) throw new Error(BOX_LIMITS);
    limits[name as keyof BoxLimits] = bytes;
  }
  return limits;
}

/** Whether an address has no path: cookies and links are for a whole host. */
const isWithoutPath = (address: string) => {
  const { pathname, search, hash, username, password } = new URL(address);
  return `${pathname}${search}${hash}${username}${password}` === "/";
};

/** Whether a text is a host's name or IP address to listen on, without scheme, port or brackets. */
const isHost = (text: string) =>
  isIP(text) !== 0 || (/^\w([\w-]*\w)?(\.\w([\w-]*\w)?)*$/.test(text) && URL.canParse(`http://${text}`));

const Settings = z.object({
  PORT: integer(1, 65_535).default(3000),
  HOST: z
    .string()
    .refine(isHost, "must be an IP address or a host's name alone, for example 127.0.0.1")
    .default("127.0.0.1"),
  DATABASE_URL: z
    .string()
    .regex(/^postgres(ql)?:\/\//, "must be a PostgreSQL address, for example postgres://user@host:5432/name")
    .optional(),
  PHASEBOARD_DATA_DIR: z.string().min(1).default("./data"),
  PHASEBOARD_WORKERS: integer(0, 64).default(1),
  PHASEBOARD_CONCURRENCY: integer(1, 256).default(4),
  PHASEBOARD_ADMIN_EMAIL: z.email("must be an e-mail address").optional(),
  PHASEBOARD_ADMIN_PASSWORD: z.string().min(10, "must have at least 10 characters").optional(),
  PHASEBOARD_PROJECT_ROOTS: readBy(parseFolders),
  PHASEBOARD_PROJECT_CREATORS: z
    .enum(["administrators", "everybody"], { error: "must be administrators or everybody" })
    .default("administrators"),
  PHASEBOARD_SANDBOX: z
    .enum(["auto", "required", "off"], { error: "must be auto, required or off" })
    .default("auto"),
  PHASEBOARD_BOX_FOLDERS: readBy(parseFolders),
  // Enough for large builds, and too few for one that starts itself over and over to reach the others.
  PHASEBOARD_BOX_LIMITS: readBy(parseLimits, "processes=4096"),
  PHASEBOARD_PROJECT_USERS: readBy(parseUsers),
  PHASEBOARD_PROJECTS_PER_PERSON: integer(1, 100_000).default(100),
  PHASEBOARD_QUEUED_PER_PROJECT: integer(1, 1_000_000).default(2_000),
  PHASEBOARD_QUEUED_PER_PERSON: integer(1, 1_000_000).default(1_000),
  PHASEBOARD_STORAGE: z.enum(["local", "s3"], { error: "must be local or s3" }).default("local"),
  PHASEBOARD_S3_BUCKET: z
    .string()
    .regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, "must be the name of a bucket, for example phaseboard")
    .optional(),
  PHASEBOARD_S3_ENDPOINT: z
    .url({ protocol: /^https?$/, error: "must be an http or https address, or be left out for AWS" })
    .optional(),
  PHASEBOARD_S3_REGION: z.string().default("us-east-1"),
  PHASEBOARD_S3_PREFIX: z
    .string()
    .regex(/^[\w-][\w.-]*(\/[\w-][\w.-]*)*$/, "must be a folder in the bucket, for example boards/one")
    .default(""),
  PHASEBOARD_S3_ACCESS_KEY_ID: z.string().optional(),
  PHASEBOARD_S3_SECRET_ACCESS_KEY: z.string().optional(),
  PHASEBOARD_S3_FORCE_PATH_STYLE: flag.optional(),
  PHASEBOARD_PASS_ON: z
    .string()
    .default("")
    .transform((text) => text.split(/[\s,]+/).filter(Boolean))
    .refine((names) => names.every((name) => /^[A-Za-z_]\w*$/.test(name)), {
      error: "must name variables, separated by commas, for example SSH_AUTH_SOCK,HTTPS_PROXY",
    })
    .refine((names) => !names.some((name) => /^(PHASEBOARD_|NEXTAUTH_|DATABASE_URL$)/.test(name)), {
      error: "must name no setting of Phaseboard, since steps would read it",
    }),
  PHASEBOARD_SECRETS_KEY: z
    .string()
    .regex(/^[0-9a-f]{64}$/, "is handed over by the supervisor and must not be set")
    .optional(),
  NEXTAUTH_SECRET: z.string().min(16, "must have at least 16 characters").optional(),
  NEXTAUTH_URL: z
    .url({ protocol: /^https?$/, error: "must be an http or https address", abort: true })
    .refine(
      isWithoutPath,
      "must be an address without a path: give Phaseboard a host name or a port of its own",
    )
    // `/.` and `/?` are not a path, and are removed.
    .transform((address) => new URL(address).origin)
    .optional(),
  PHASEBOARD_AUDIT_LOG: z.string().optional(),
  PHASEBOARD_LOW_WATER: readBy(parseLowWater),
  PHASEBOARD_OIDC_ISSUER: z
    .url({
      protocol: /^https?$/,
      error: "must be the provider's address, for example https://login.example.com",
    })
    .optional(),
  PHASEBOARD_OIDC_CLIENT_ID: z.string().optional(),
  PHASEBOARD_OIDC_CLIENT_SECRET: z.string().optional(),
  PHASEBOARD_OIDC_NAME: z.string().max(40, "must have at most 40 characters").default("single sign-on"),
  PHASEBOARD_OIDC_SCOPE: z
    .string()
    .regex(/(^| )openid( |$)/, "must hold openid, for example openid email profile groups")
    .default("openid email profile"),
  PHASEBOARD_OIDC_ALLOW: readBy(parseAllow),
  PHASEBOARD_PASSWORDS: z.enum(["on", "off"], { error: "must be on or off" }).default("on"),
  PHASEBOARD_TRUST_PROXY: readBy(parseTrustProxy),
  PHASEBOARD_CORS_ORIGINS: readBy(parseOrigins),
});

export interface Settings {
  port: number;
  host: string;
  /** Address of an external PostgreSQL; undefined: the supervisor starts the embedded one. */
  databaseUrl: string | undefined;
  /** Absolute path. */
  dataDir: string;
  workers: number;
  concurrency: number;
  admin: { email: string; password: string } | undefined;
  /** Absolute folders, beside the data folder, in which projects may live. */
  projectRoots: string[];
  /** The box for processes of projects: the best there is, none but a real one, or none. */
  sandbox: "auto" | "required" | "off";
  /** Absolute folders that each box shows, to read. */
  boxFolders: string[];
  /** What processes in a box may take. */
  boxLimits: BoxLimits;
  /** Users of the system for projects where the server is root; undefined: `box/project-user.ts` chooses. */
  projectUsers: UserRange | undefined;
  /** Who may create projects. An owner's definitions run on this machine. */
  projectCreators: "administrators" | "everybody";
  /** Limit of existing projects that one person has created. */
  projectsPerPerson: number;
  /** Limit of runs that wait to start, in a project and of one person in all projects. */
  queuedPerProject: number;
  queuedPerPerson: number;
  /** Where files of runs are stored: in projects' folders, or in an object store. */
  storage: "local" | S3Settings;
  /** What has to be free on a disk for anything to begin that takes room. */
  lowWater: LowWater;
  /** Where rows of the audit record are written as JSON lines: an absolute path, or `-` for standard output. */
  auditLog: string | undefined;
  authSecret: string | undefined;
  /** The key for projects' secrets. A worker under a supervisor gets it instead of the secret it is derived from. */
  secretsKey: Buffer | undefined;
  /** Variables of the server that steps get in addition to the default ones. */
  passOn: string[];
  /** The public address, without a slash at its end. */
  url: string;
  /** Undefined: nobody signs in by a provider. */
  oidc: OidcSettings | undefined;
  /** False: people sign in by the provider alone. */
  passwords: boolean;
  /** The proxies whose `X-Forwarded-For` is trusted. */
  trustProxy: TrustProxy;
  /** Origins of pages that may call the API with a token. */
  corsOrigins: string[];
}

/** An object store with the S3 API. */
export interface S3Settings {
  bucket: string;
  /** Undefined: AWS. */
  endpoint: string | undefined;
  region: string;
  /** A folder in the bucket; may be empty. */
  prefix: string;
  /** Undefined: from the sources that AWS's own programs use. */
  credentials: { accessKeyId: string; secretAccessKey: string } | undefined;
  /** True: the bucket is in the path of an address, not in its host name. */
  forcePathStyle: boolean;
}

/** A wrong or missing setting. The message is one line with the setting and the mend. */
export class SettingsError extends Error {
  override readonly name = "SettingsError";
}

/** Cached, since each step of a run asks for settings and checking them takes most of a millisecond. */
let last: { key: string; settings: Settings } | undefined;

const handed = () => perProcess("handed settings", (): { given?: Record<string, string> } => ({}));

/** Settings from the supervisor. They override the environment and are never written to it. */
export function handOver(settings: Record<string, string>): void {
  handed().given = settings;
}

/**
 * Reads the settings from `handOver` and the environment; an empty variable counts as unset. Throws `SettingsError` for
 * the first wrong setting.
 */
export function readSettings(env: NodeJS.ProcessEnv = process.env): Settings {
  const over = env === process.env ? handed().given : undefined;
  const given = Object.fromEntries(
    Object.keys(Settings.shape).map((name) => [name, over?.[name] ?? (env[name] || undefined)]),
  );
  const key = JSON.stringify(given);
  if (last?.key !== key) last = { key, settings: check(given) };
  return last.settings;
}

function check(given: Record<string, string | undefined>): Settings {
  const parsed = Settings.safeParse(given);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    const name = String(issue?.path[0]);
    // A log line must not contain a password.
    const found = GUARDED.includes(name) ? "" : `; it is "${given[name]}"`;
    throw new SettingsError(`${name} ${issue?.message}${found}`);
  }
  const s = parsed.data;
  if (Boolean(s.PHASEBOARD_ADMIN_EMAIL) !== Boolean(s.PHASEBOARD_ADMIN_PASSWORD)) {
    const missing = s.PHASEBOARD_ADMIN_EMAIL ? "PHASEBOARD_ADMIN_PASSWORD" : "PHASEBOARD_ADMIN_EMAIL";
    throw new SettingsError(`${missing} must be set beside the other admin setting, or both left out`);
  }
  return {
    port: s.PORT,
    host: s.HOST,
    databaseUrl: s.DATABASE_URL,
    dataDir: resolve(s.PHASEBOARD_DATA_DIR),
    workers: s.PHASEBOARD_WORKERS,
    concurrency: s.PHASEBOARD_CONCURRENCY,
    admin:
      s.PHASEBOARD_ADMIN_EMAIL && s.PHASEBOARD_ADMIN_PASSWORD
        ? { email: s.PHASEBOARD_ADMIN_EMAIL, password: s.PHASEBOARD_ADMIN_PASSWORD }
        : undefined,
    projectRoots: s.PHASEBOARD_PROJECT_ROOTS,
    sandbox: s.PHASEBOARD_SANDBOX,
    boxLimits: s.PHASEBOARD_BOX_LIMITS,
    boxFolders: s.PHASEBOARD_BOX_FOLDERS,
    projectUsers: s.PHASEBOARD_PROJECT_USERS,
    projectCreators: s.PHASEBOARD_PROJECT_CREATORS,
    projectsPerPerson: s.PHASEBOARD_PROJECTS_PER_PERSON,
    queuedPerProject: s.PHASEBOARD_QUEUED_PER_PROJECT,
    queuedPerPerson: s.PHASEBOARD_QUEUED_PER_PERSON,
    storage: s.PHASEBOARD_STORAGE === "s3" ? readS3Settings(s) : "local",
    auditLog: s.PHASEBOARD_AUDIT_LOG === undefined ? undefined : auditLogOf(s.PHASEBOARD_AUDIT_LOG),
    lowWater: s.PHASEBOARD_LOW_WATER,
    authSecret: s.NEXTAUTH_SECRET,
    secretsKey: s.PHASEBOARD_SECRETS_KEY ? Buffer.from(s.PHASEBOARD_SECRETS_KEY, "hex") : undefined,
    passOn: s.PHASEBOARD_PASS_ON,
    url: s.NEXTAUTH_URL ?? `http://${s.HOST.includes(":") ? `[${s.HOST}]` : s.HOST}:${s.PORT}`,
    oidc: checkOidc(s),
    passwords: s.PHASEBOARD_PASSWORDS === "on",
    trustProxy: s.PHASEBOARD_TRUST_PROXY,
    corsOrigins: s.PHASEBOARD_CORS_ORIGINS,
  };
}

const auditLogOf = (given: string) => (given === "-" ? given : resolve(given));

function checkOidc(s: z.output<typeof Settings>): OidcSettings | undefined {
  try {
    const oidc = readOidc(s);
    if (oidc || s.PHASEBOARD_PASSWORDS === "on") return oidc;
  } catch (error) {
    throw new SettingsError((error as Error).message);
  }
  throw new SettingsError(
    "PHASEBOARD_PASSWORDS must be on where PHASEBOARD_OIDC_ISSUER names no provider, since nobody could sign in",
  );
}

function readS3Settings(s: z.output<typeof Settings>): S3Settings {
  const { PHASEBOARD_S3_ACCESS_KEY_ID: accessKeyId, PHASEBOARD_S3_SECRET_ACCESS_KEY: secretAccessKey } = s;
  if (!s.PHASEBOARD_S3_BUCKET) {
    throw new SettingsError("PHASEBOARD_S3_BUCKET must name the bucket, since PHASEBOARD_STORAGE is s3");
  }
  if (Boolean(accessKeyId) !== Boolean(secretAccessKey)) {
    const missing = accessKeyId ? "PHASEBOARD_S3_SECRET_ACCESS_KEY" : "PHASEBOARD_S3_ACCESS_KEY_ID";
    throw new SettingsError(`${missing} must be set beside the other part of the key, or both left out`);
  }
  return {
    bucket: s.PHASEBOARD_S3_BUCKET,
    endpoint: s.PHASEBOARD_S3_ENDPOINT,
    region: s.PHASEBOARD_S3_REGION,
    prefix: s.PHASEBOARD_S3_PREFIX,
    credentials: accessKeyId && secretAccessKey ? { accessKeyId, secretAccessKey } : undefined,
    forcePathStyle: s.PHASEBOARD_S3_FORCE_PATH_STYLE ?? s.PHASEBOARD_S3_ENDPOINT !== undefined,
  };
}
