import { once } from "node:events";
import { createReadStream, createWriteStream, type WriteStream } from "node:fs";
import { chmod, chown, lchown, lstat, mkdir, open, realpath, rm, symlink, utimes } from "node:fs/promises";
import { dirname, isAbsolute, join, posix } from "node:path";
import { finished } from "node:stream/promises";
import { isBelow } from "../lib/is-below";
import { ArchiveError, partsOf, shown } from "./format";
import { linesOf } from "./lines-of";
import type { ArchiveEntry } from "./reader";

interface LaterEntry {
  parts: string[];
  /** Of a link; absent for a folder, which gets its mode last. */
  target?: string;
  mode?: number | undefined;
  uid?: number | undefined;
  gid?: number | undefined;
}

/**
 * Unpacks entries below a folder that nobody else writes in. Links and the modes of folders come at the end, so that no
 * entry is written through a link of the archive.
 */
export class TreeUnpacker {
  private readonly later: WriteStream;
  private readonly laterPath: string;

  /**
   * `keepsOwners`: files get the users of the archive, as a backup's do. Without it, modes lose all but rwx, and links
   * that lead out of the folder are refused.
   */
  constructor(
    private readonly root: string,
    private readonly keepsOwners: boolean,
  ) {
    this.laterPath = `${root}.later`;
    this.later = createWriteStream(this.laterPath, { mode: 0o600 });
  }

  /** Unpacks an entry under these parts of a path below the root. */
  async unpack(entry: ArchiveEntry, parts: string[]): Promise<void> {
    const path = join(this.root, ...partsOf(parts.join("/")));
    const { mode, uid, gid, mtime, linkname: target = "" } = entry.header;
    if (entry.type === "directory") {
      await mkdir(path, { recursive: true });
      return this.postpone({ parts, mode, uid, gid });
    }
    await mkdir(dirname(path), { recursive: true });
    if (entry.type === "symlink") {
      if (!this.keepsOwners) refuseLeaving(parts, target);
      return this.postpone({ parts, target, uid, gid });
    }
    const handle = await open(path, "wx").catch((error: NodeJS.ErrnoException) => {
      if (error.code !== "EEXIST" && error.code !== "EISDIR") throw error;
      throw new ArchiveError(`The archive has two entries of one name: ${shown(entry.name)}`);
    });
    try {
      for await (const part of entry.content) await handle.writeFile(part);
      if (this.isOwning && uid !== undefined && gid !== undefined) await handle.chown(uid, gid);
      if (mode !== undefined) await handle.chmod(this.modeOf(mode));
    } finally {
      await handle.close();
    }
    if (mtime) await utimes(path, mtime, mtime);
  }

  /** Makes the links, and gives the folders their modes. */
  async finish(): Promise<void> {
    this.later.end();
    await finished(this.later);
    const links: string[] = [];
    const folders: LaterEntry[] = [];
    for await (const line of linesOf(createReadStream(this.laterPath))) {
      const entry = JSON.parse(line) as LaterEntry;
      if (entry.target === undefined) folders.push(entry);
      else links.push(await this.makeLink(entry, entry.target));
    }
    if (!this.keepsOwners) await this.refuseOutside(links);
    for (const { parts, mode, uid, gid } of folders.reverse()) {
      const path = join(this.root, ...parts);
      // A link of the same name took its place, which is refused above where it matters.
      if (!(await lstat(path)).isDirectory()) continue;
      if (this.isOwning && uid !== undefined && gid !== undefined) await chown(path, uid, gid);
      if (mode !== undefined) await chmod(path, this.modeOf(mode));
    }
    await rm(this.laterPath, { force: true });
  }

  /** Lets go of what `finish` would have needed. */
  async abort(): Promise<void> {
    this.later.destroy();
    await rm(this.laterPath, { force: true });
  }

  private async makeLink({ parts, uid, gid }: LaterEntry, target: string): Promise<string> {
    const path = join(this.root, ...parts);
    await symlink(target, path).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== "EEXIST") throw error;
      throw new ArchiveError(`The archive has two entries of one name: ${shown(parts.join("/"))}`);
    });
    if (this.isOwning && uid !== undefined && gid !== undefined) await lchown(path, uid, gid);
    return path;
  }

  /** One link may lead out through another. */
  private async refuseOutside(links: string[]): Promise<void> {
    const base = await realpath(this.root);
    for (const link of links) {
      const real = await realpath(link).catch(() => base);
      if (real !== base && !isBelow(base, real)) throw leaving(link.slice(this.root.length + 1));
    }
  }

  private async postpone(entry: LaterEntry): Promise<void> {
    if (!this.later.write(`${JSON.stringify(entry)}\n`)) {
      await once(this.later, "drain");
    }
  }

  private get isOwning(): boolean {
    return this.keepsOwners && process.getuid?.() === 0;
  }

  private modeOf(mode: number): number {
    return this.keepsOwners ? mode & 0o7777 : (mode & 0o777) | 0o600;
  }
}

/** Whether a link at this path, relative to its project's folder, leads to something in that folder. */
export function isInside(path: string, target: string): boolean {
  if (target === "" || isAbsolute(target) || target.includes("\0")) return false;
  const led = posix.normalize(posix.join(posix.dirname(path), target));
  return led !== ".." && !led.startsWith("../");
}

function refuseLeaving(parts: string[], target: string): void {
  const path = parts.slice(1).join("/");
  if (!isInside(path, target)) throw leaving(parts.join("/"));
}

const leaving = (name: string) =>
  new ArchiveError(`The archive has a link that leads out of the project: ${shown(name)}`);
