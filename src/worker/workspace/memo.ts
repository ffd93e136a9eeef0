import { existsSync, rmSync, writeFileSync } from "node:fs";
import { readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";

const Memo = z.object({
  /** A new one each time the folder is made. */
  id: z.string(),
  base_commit: z.string(),
  branch: z.string().nullable(),
  /** The commit that the files were last known to be. */
  at: z.string(),
  /** The newest commit that was kept, which the next one follows. */
  newest: z.string().nullable(),
  /** Lines of a .gitignore: what is never kept. */
  excluded: z.array(z.string()),
  is_set_up: z.boolean(),
});

/** What is remembered of a run's folder, beside it. */
export type Memo = z.output<typeof Memo>;

const NAME = "workspace.json";
/** While this is there the files may be anything. */
const DIRTY = "at-work";

/** Null where the folder was not finished, or nothing is there. */
export async function readMemo(folder: string): Promise<Memo | null> {
  const text = await readFile(join(folder, NAME), "utf8").catch(() => null);
  if (text === null) return null;
  const read = Memo.safeParse(JSON.parse(text));
  return read.success ? read.data : null;
}

export async function writeMemo(folder: string, memo: Memo): Promise<void> {
  const path = join(folder, NAME);
  await writeFile(`${path}.new`, JSON.stringify(memo));
  await rename(`${path}.new`, path);
}

export const isDirty = (folder: string): boolean => existsSync(join(folder, DIRTY));
export const markDirty = (folder: string): void => writeFileSync(join(folder, DIRTY), "");
export const markClean = (folder: string): void => rmSync(join(folder, DIRTY), { force: true });
