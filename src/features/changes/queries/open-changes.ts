import type { Readable } from "node:stream";
import type { Caller } from "../../../auth/scope";
import { textOf } from "../../../git/diff/raw-diff";
import { readerOf } from "../../../git/reader";
import { AppError } from "../../../lib/errors";
import type { ChangedFileQuery } from "../schema";
import { compare } from "./compare";
import { findRange } from "./find-range";
import { fileAt } from "./list-changes";

/** Bytes that nobody has read yet. */
export interface OpenedChanges {
  /** What they are known by: the same bytes have the same. */
  digest: string;
  /** Name of the file to save them as. */
  name: string;
  /** Null where it is not known beforehand. */
  size: number | null;
  open(): Readable;
}

/** Whose changes: a run's, or one step's. */
interface Whose {
  id: string;
  step_id?: string | undefined;
}

const PATCH = [
  "diff-tree",
  "-r",
  "-p",
  "--binary",
  "--full-index",
  "-M",
  "--no-ext-diff",
  "--no-textconv",
  "--no-color",
];

/** What changed as a patch that `git apply` takes. Throws as `findRange`, and CONFLICT while there is nothing. */
export async function openPatch(caller: Caller, whose: Whose): Promise<OpenedChanges> {
  const { range, git, number } = await ready(caller, whose);
  return {
    digest: `${range.from}-${range.to}`,
    name: `${nameOf(number, whose)}.patch`,
    size: null,
    open: () => git.stream([...PATCH, range.from, range.to]),
  };
}

/** All files as the run, or the step, left them, as a zip file. Throws as `openPatch`. */
export async function openArchive(caller: Caller, whose: Whose): Promise<OpenedChanges> {
  const { range, git, number } = await ready(caller, whose);
  const name = nameOf(number, whose);
  return {
    digest: range.to,
    name: `${name}.zip`,
    size: null,
    open: () => git.stream(["archive", "--format=zip", `--prefix=${name}/`, range.to]),
  };
}

/** One side of a file that changed. Throws as `openPatch`, and NOT_FOUND where the side is not there. */
export async function openChangedFile(
  caller: Caller,
  { id, step_id, path, side }: ChangedFileQuery & { id: string },
): Promise<OpenedChanges> {
  const { range, git } = await ready(caller, { id, step_id });
  const file = fileAt(await compare(range, false), path);
  const [object, mode] = side === "old" ? [file.old_id, file.old_mode] : [file.new_id, file.new_mode];
  if (object === null || mode === "160000") {
    const why =
      object === null
        ? `has no ${side} side: it is ${file.status}`
        : "is a submodule, which has no bytes here";
    throw new AppError("NOT_FOUND", `The file ${path} ${why}.`);
  }
  const name = textOf((side === "old" ? file.old_path : null) ?? file.path);
  return {
    digest: object,
    name: name.slice(name.lastIndexOf("/") + 1),
    size: Number(await git.text(["cat-file", "-s", object])),
    open: () => git.stream(["cat-file", "blob", object]),
  };
}

async function ready(caller: Caller, whose: Whose) {
  const { run, range, note } = await findRange(caller, whose);
  if (!range) throw new AppError("CONFLICT", note);
  // Says in words where they are gone, ahead of the first byte.
  await compare(range, false);
  return { range, git: readerOf(range.keeper, range.to), number: run.number };
}

const nameOf = (number: number, { step_id }: Whose) =>
  step_id === undefined ? `run-${number}` : `run-${number}-${step_id.replace(/[^\w-]/g, "_")}`;
