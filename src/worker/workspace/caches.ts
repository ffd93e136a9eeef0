import { createHash } from "node:crypto";
import { constants, createReadStream, existsSync } from "node:fs";
import { cp, mkdir, readdir, realpath, rename, rm, stat, utimes } from "node:fs/promises";
import { dirname, join } from "node:path";
import { pipeline } from "node:stream/promises";
import { giveTo } from "../../box/hand-over";
import type { RunBox } from "../../box/run-box";
import { cacheKeyParts } from "../../engine/definition/cache-key";
import { isOfHome } from "../../engine/definition/compile-workspace";
import { ExpressionError, textOfRun } from "../../engine/definition/text-of-run";
import type { RunFacts } from "../../engine/run/ports";
import { ancestors } from "../../lib/ancestors";
import { Globs } from "../../lib/glob";
import { newId } from "../../lib/ids";
import { isBelow } from "../../lib/is-below";
import { findFiles } from "../artifacts/find-files";

/** A cache that no run used for so long goes, in milliseconds. */
export const UNUSED_MS = 7 * 24 * 60 * 60_000;
const COPY = {
  recursive: true,
  mode: constants.COPYFILE_FICLONE,
  verbatimSymlinks: true,
  preserveTimestamps: true,
};

/** Folders that a definition keeps between its runs, each under a key. `root`: the absolute folder of all caches. */
export class Caches {
  private readonly folder: string;
  /** Where each path's content is or will be. */
  private readonly places = new Map<string, string>();

  constructor(
    private readonly run: RunFacts,
    root: string,
    private readonly boxOf: (run: RunFacts) => RunBox,
  ) {
    this.folder = join(root, run.project.id);
  }

  /** Copies what is kept into the run's folder, before the set-up. */
  async restore(say: (text: string) => void): Promise<void> {
    for (const { path, key } of this.run.definition.cache ?? []) {
      if (isOfHome(path)) continue;
      const place = join(this.folder, hashOf(path, await this.keyOf(key)));
      this.places.set(path, place);
      const target = join(this.run.folder, path);
      if (!existsSync(place)) say(`There is no cache for ${path} yet.`);
      if (!existsSync(place) || existsSync(target)) continue;
      if (!(await this.isInside(dirname(target)))) {
        say(`The cache for ${path} was left: a link there leads out of the run's folder.`);
        continue;
      }
      await mkdir(dirname(target), { recursive: true });
      await cp(place, target, COPY);
      const user = this.boxOf(this.run).user;
      if (user) await giveTo(user, [join(this.run.folder, path.split("/")[0] ?? path)]);
      await utimes(place, new Date(), new Date());
      say(`Took ${path} from the cache.`);
    }
  }

  /** Keeps what the set-up has made, where nothing is kept under its key yet. */
  async save(say: (text: string) => void): Promise<void> {
    for (const [path, place] of this.places) {
      const source = join(this.run.folder, path);
      if (existsSync(place) || !existsSync(source) || !(await this.isInside(source))) continue;
      const half = join(this.folder, `half-${newId()}`);
      await mkdir(this.folder, { recursive: true });
      await cp(source, half, COPY);
      // Another run may have been faster.
      await rename(half, place).catch(() => rm(half, { recursive: true, force: true }));
      say(`Kept ${path} for later runs.`);
    }
    if (this.places.size > 0) await this.removeUnused();
  }

  /** Whether the path, or what there is of it, lies in the run's folder with links followed. */
  private async isInside(path: string): Promise<boolean> {
    const base = await realpath(this.run.folder);
    for (const at of ancestors(path)) {
      const real = await realpath(at).catch(() => null);
      if (real !== null) return real === base || isBelow(base, real);
    }
    return false;
  }

  private async removeUnused(): Promise<void> {
    for (const name of await readdir(this.folder).catch(() => [])) {
      const facts = await stat(join(this.folder, name)).catch(() => null);
      if (facts && Date.now() - facts.mtimeMs > UNUSED_MS)
        await rm(join(this.folder, name), { recursive: true, force: true });
    }
  }

  private async keyOf(template: string): Promise<string> {
    const { args, project } = this.run;
    const parts: string[] = [];
    for (const part of cacheKeyParts(template)) {
      if ("files" in part) parts.push(await hashFiles(this.run.folder, part.files));
      else if ("text" in part) parts.push(part.text);
      else parts.push(textOfRun(`\${{ ${part.expression} }}`, { args, project }) ?? "");
    }
    return parts.join("");
  }
}

const hashOf = (path: string, key: string) => createHash("sha256").update(`${path}\0${key}`).digest("hex");

/** A hash over names and contents of the files that match, below the folder. */
async function hashFiles(root: string, globs: string[]): Promise<string> {
  const names: string[] = [];
  const refuse = (pattern: string, { message }: Error) => {
    throw new ExpressionError(`hashFiles("${pattern}"): ${message}`);
  };
  for await (const name of findFiles({ root, globs: new Globs(globs, refuse) }, new Set(), () => {}))
    names.push(name);
  const hash = createHash("sha256");
  for (const name of names.sort()) {
    hash.update(`${name}\0`);
    await pipeline(createReadStream(join(root, name)), hash, { end: false });
  }
  return hash.digest("hex");
}
