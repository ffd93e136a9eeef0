// Completes package-lock.json with the packages of other systems. npm leaves out what the registry at hand does
// not serve, and `npm ci` elsewhere then calls the lock out of sync. `--check` only says what is missing.
import { readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";

const LOCK = fileURLToPath(new URL("../package-lock.json", import.meta.url));
const SYSTEMS = [
  "aix",
  "android",
  "darwin",
  "freebsd",
  "linux",
  "netbsd",
  "openbsd",
  "openharmony",
  "sunos",
  "win32",
];
const PROCESSORS = [
  "arm64",
  "arm",
  "ia32",
  "loong64",
  "mips64el",
  "ppc64",
  "riscv64",
  "s390x",
  "x64",
  "wasm32",
];

const lock = JSON.parse(await readFile(LOCK, "utf8"));
const packages = lock.packages;
const faults = [];
for (const [path, entry] of Object.entries(packages)) {
  if (entry.resolved) faults.push(`${path} names a registry`);
  for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
    if (find(path, name)) continue;
    const system = systemOf(name, Object.keys(entry.optionalDependencies));
    if (!system) continue;
    faults.push(`${name} ${version} is missing`);
    const sibling = Object.keys(entry.optionalDependencies)
      .map((other) => find(path, other))
      .find(Boolean);
    packages[`node_modules/${name}`] = {
      version,
      ...(entry.dev ? { dev: true } : {}),
      ...system,
      ...(sibling?.license ? { license: sibling.license } : {}),
      optional: true,
      ...(sibling?.engines ? { engines: sibling.engines } : {}),
    };
  }
}
for (const entry of Object.values(packages)) delete entry.resolved;

if (process.argv.includes("--check")) {
  for (const fault of faults) process.stdout.write(`package-lock.json: ${fault}\n`);
  if (faults.length > 0) process.stdout.write("Run node .ci/complete-lock.mjs\n");
  process.exitCode = faults.length > 0 ? 1 : 0;
} else {
  const order = ([a], [b]) => a.localeCompare(b, "en");
  lock.packages = Object.fromEntries(Object.entries(packages).sort(order));
  await writeFile(LOCK, `${JSON.stringify(lock, null, 2)}\n`);
  process.stdout.write(`${faults.length} entries mended\n`);
}

/** The entry that `name` resolves to from the package at `path`, as Node looks it up. */
function find(path, name) {
  for (let at = path; ; at = at.slice(0, Math.max(0, at.lastIndexOf("/node_modules/")))) {
    const entry = packages[`${at ? `${at}/` : ""}node_modules/${name}`];
    if (entry) return entry;
    if (at === "") return undefined;
    if (!at.includes("/node_modules/")) at = "";
  }
}

/** What a package's name says of its system; undefined where it is no package of one system. */
function systemOf(name, names) {
  const words = name.split("/").at(-1).split("-");
  const cpu = PROCESSORS.find((processor) => words.includes(processor));
  const os = SYSTEMS.find((system) => words.includes(system));
  if (words.includes("arm") && !cpu) return undefined;
  if (!cpu || (!os && cpu !== "wasm32")) return undefined;
  const musl = words.includes("musl") || words.includes("musleabihf");
  const hasMuslSibling = names.some(
    (other) => other.startsWith(name.replace(/-gnu.*$/, "")) && other.includes("musl"),
  );
  const libc =
    os !== "linux"
      ? undefined
      : musl
        ? "musl"
        : words.includes("gnu") || hasMuslSibling
          ? "glibc"
          : undefined;
  return { cpu: [cpu], ...(libc ? { libc: [libc] } : {}), ...(os ? { os: [os] } : {}) };
}
