import type { Readable } from "node:stream";
import { eq } from "drizzle-orm";
import { ZipFile } from "yazl";
import { authorizeRun, type Caller } from "../../auth/scope";
import { workflowRuns } from "../../db/schema/runs";
import { AppError } from "../../lib/errors";
import { MAX_LIMIT } from "../../lib/page-size";
import { nullWhereGone } from "../../storage/null-where-gone";
import { openStorage } from "../../storage/open-storage";
import { getProjectPath } from "../projects/queries";
import { listArtifacts } from "./queries";
import { TakenPaths } from "./reserve-names";
import { safeName } from "./safe-name";
import type { Artifact } from "./schema";

/** Files in one archive at most. */
const MAX_FILES = 10_000;
const MODE = 0o100644;

export interface AllArtifacts {
  name: string;
  /** Bytes of the archive, which is not compressed, so that they are known before it is made. */
  size: number;
  /** Makes the archive as it is read. No file is opened before, nor more than one at once. */
  open(): Readable;
}

/**
 * All artifacts of a run, or of one of its steps, as a zip with a folder for each step. What is gone is named in a text
 * in it. Throws NOT_FOUND where there is none.
 */
export async function openAllArtifacts(
  caller: Caller,
  { id, step_id }: { id: string; step_id?: string | undefined },
): Promise<AllArtifacts> {
  const scope = await authorizeRun(caller, id, "project:read");
  const artifacts = await allArtifacts(caller, id, step_id);
  if (artifacts.length === 0) throw new AppError("NOT_FOUND", "There are no artifacts to download.");
  const storage = openStorage({ id: scope.project_id, path: await getProjectPath(caller.db, scope) });
  const zip = new ZipFile();
  const output = zip.outputStream as Readable;
  const paths = new TakenPaths();
  const gone: string[] = [];
  let begin: () => void = () => {};
  const begun = new Promise<void>((resolve) => {
    begin = resolve;
  });
  let current: Readable | undefined;
  const openFile = async ({ name, file_path, size_bytes }: Artifact) => {
    await begun;
    const file = await storage.open(file_path).catch(nullWhereGone);
    if (file?.size === size_bytes && !output.destroyed) {
      current = file.stream;
      return file.stream;
    }
    file?.stream.destroy();
    throw new Error(`the file of ${name} is gone or was changed while it was read`);
  };
  for (const artifact of artifacts) {
    const path = paths.take(safeName(`${artifact.step_id}/${artifact.name}`));
    if (artifact.file_missing) gone.push(path);
    else {
      const { size_bytes: size, created_at } = artifact;
      const facts = { size, compress: false, mode: MODE, mtime: new Date(created_at) };
      zip.addReadStreamLazy(path, facts, (give) => {
        openFile(artifact).then(
          (stream) => give(null, stream),
          (error: unknown) => give(error, undefined as unknown as Readable),
        );
      });
    }
  }
  if (gone.length > 0) {
    const text = `The files of these artifacts are gone from the server:\n${gone.join("\n")}\n`;
    zip.addBuffer(Buffer.from(text), paths.take("missing-files.txt"), { compress: false, mode: MODE });
  }
  // The reader is cut off, and sees by the length that the archive is not whole.
  zip.on("error", (error: Error) => output.destroy(error));
  output.on("close", () => current?.destroy());
  const size = await new Promise<number>((resolve) => {
    const end = zip.end.bind(zip) as (given: object, told: (size: number) => void) => void;
    end({}, resolve);
  });
  return {
    name: await nameOf(caller, id, step_id),
    size,
    open() {
      begin();
      return output;
    },
  };
}

async function allArtifacts(
  caller: Caller,
  run_id: string,
  step_id: string | undefined,
): Promise<Artifact[]> {
  const found: Artifact[] = [];
  let cursor: string | undefined;
  do {
    const page = await listArtifacts(caller, {
      run_id,
      limit: MAX_LIMIT,
      ...(step_id === undefined ? {} : { step_id }),
      ...(cursor === undefined ? {} : { cursor }),
    });
    found.push(...page.items);
    cursor = page.next_cursor ?? undefined;
  } while (cursor !== undefined && found.length <= MAX_FILES);
  if (found.length <= MAX_FILES) return found;
  throw new AppError(
    "CONFLICT",
    `There are more than ${MAX_FILES} artifacts. Download those of one step at a time, or each by itself.`,
  );
}

async function nameOf({ db }: Caller, id: string, step_id: string | undefined): Promise<string> {
  const [run] = await db
    .select({ number: workflowRuns.number })
    .from(workflowRuns)
    .where(eq(workflowRuns.id, id));
  const ofStep = step_id === undefined ? "" : `-${step_id.replaceAll(/[^\w.-]/g, "_")}`;
  return `run-${run?.number ?? id}${ofStep}-artifacts.zip`;
}
