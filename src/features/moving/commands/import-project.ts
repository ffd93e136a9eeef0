import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import { eq } from "drizzle-orm";
import { ArchiveError, HEAD, partsOf, shown } from "../../../archive/format";
import { gather, readArchive } from "../../../archive/reader";
import { TreeUnpacker } from "../../../archive/unpack-tree";
import { type Caller, membership, ownScope } from "../../../auth/scope";
import { projects } from "../../../db/schema/projects";
import { projectRoles } from "../../../db/schema/roles";
import type { AuditDetails } from "../../../events/audit";
import { audit, transact } from "../../../events/emit";
import { AppError } from "../../../lib/errors";
import { newId } from "../../../lib/ids";
import { measure } from "../../../lib/room";
import { readSettings } from "../../../lib/settings";
import { lockFolders } from "../../../storage/own-folder";
import { placeProject, removeLeft } from "../../new-project/commands/fetch-project";
import { slugFor } from "../../new-project/commands/slug-for";
import { refuseMore, refuseOthers } from "../../projects/creators";
import { makeOwnFolder } from "../../projects/folders";
import { getProject } from "../../projects/queries";
import { requireServerRoom } from "../../room/require-room";
import { parseProjectHead } from "../parse-head";
import type { ImportedProject, ProjectHead } from "../schema";
import { ArchivedRows } from "./archived-rows";
import { insertRows } from "./insert-rows";

const HEAD_BYTES = 64 * 1024 * 1024;
/** Bytes that an import may have where nobody can tell what is free. */
const RESERVE_BYTES = 256 * 1024 * 1024;
const MAX_ENTRIES = 5_000_000;

/**
 * Makes a project of an archive, with the ids that its rows had, owned by the caller too. Everything is unpacked and
 * proven aside first; then one transaction makes all of it. Throws FORBIDDEN if the caller may not create projects,
 * CONFLICT where the project is here already, BAD_REQUEST for an archive that is broken or tries to reach elsewhere.
 * Nothing stays of one that is refused. `by`: who does it, where that is not the caller.
 */
export async function importProject(
  caller: Caller,
  input: AsyncIterable<Uint8Array>,
  by?: AuditDetails["actor"],
): Promise<ImportedProject> {
  await refuseOthers(caller);
  await requireServerRoom();
  const root = join(readSettings().dataDir, "incoming");
  await removeLeft(root);
  const place = join(root, newId());
  const files = join(place, "files");
  await mkdir(files, { recursive: true, mode: 0o700 });
  try {
    const rows = new ArchivedRows(join(place, "rows"));
    const head = await unpack(caller, input, files, rows).catch(explained);
    return await placeRows(caller, head, rows, { files, by });
  } finally {
    await rm(place, { recursive: true, force: true });
  }
}

async function unpack(
  caller: Caller,
  input: AsyncIterable<Uint8Array>,
  files: string,
  rows: ArchivedRows,
): Promise<ProjectHead> {
  const room = await measure(files);
  const limits = { bytes: room ? Math.max(0, room.free - room.mark) : RESERVE_BYTES, entries: MAX_ENTRIES };
  const unpacker = new TreeUnpacker(files, false);
  let head: ProjectHead | undefined;
  try {
    for await (const entry of readArchive(Readable.from(input, { objectMode: false }), limits)) {
      if (!head) {
        if (entry.name !== HEAD) throw new ArchiveError("The file is no archive of a project");
        head = parseProjectHead(await gather(entry.content, HEAD_BYTES));
        await refuseKnown(caller, head);
        await rows.begin(head);
        continue;
      }
      const [top, ...rest] = partsOf(entry.name);
      if (top === "files" && rest.length > 0) await unpacker.unpack(entry, rest);
      else if (top === "rows" && rest.length === 2) await rows.take(rest[0] ?? "", entry.content);
      else if (entry.name !== "files/")
        throw new ArchiveError(`The archive has an entry that belongs nowhere: ${shown(entry.name)}`);
    }
    if (!head) throw new ArchiveError("The archive is empty");
    await unpacker.finish();
    return head;
  } finally {
    await unpacker.abort();
  }
}

/** Ids are kept, so a project can be here once. */
async function refuseKnown(caller: Caller, { project }: ProjectHead): Promise<void> {
  const [known] = await caller.db
    .select({ name: projects.name, slug: projects.slug, role: projectRoles.role })
    .from(projects)
    .leftJoin(projectRoles, membership(caller.actor, projects.id))
    .where(eq(projects.id, project.id));
  if (!known) return;
  // Who is no member does not learn what it is called here.
  const where = known.role ? `, as ${known.name} at /p/${known.slug}` : "";
  throw new AppError(
    "CONFLICT",
    `This installation has this project already${where}. Delete it there first, or import the archive elsewhere.`,
  );
}

async function placeRows(
  caller: Caller,
  head: ProjectHead,
  rows: ArchivedRows,
  { files, by }: { files: string; by: AuditDetails["actor"] | undefined },
): Promise<ImportedProject> {
  let made: string | undefined;
  try {
    const result = await transact(caller, ownScope(caller), "projects.import", async (tx) => {
      await lockFolders(tx);
      await refuseMore(tx, caller);
      const slug = await slugFor(tx, head.project.slug);
      made = await makeOwnFolder(tx, slug);
      const inserted = await insertRows(tx, head, rows, {
        slug,
        path: made,
        user_id: caller.actor.user_id,
      }).catch(explained);
      await placeProject(files, made);
      const { id, name } = head.project;
      audit(tx, {
        ...(by && { actor: by }),
        target: { type: "project", id, name },
        project: { id, name },
        after: { name, path: made },
      });
      return inserted;
    });
    return {
      project: await getProject(caller, { id: head.project.id }),
      slug_before: head.project.slug,
      ...result,
      secrets_to_set: head.secrets,
    };
  } catch (error) {
    if (made) await rm(made, { recursive: true, force: true });
    throw error;
  }
}

function explained(error: unknown): never {
  if (!(error instanceof ArchiveError)) throw error;
  throw new AppError("BAD_REQUEST", `${error.message}.`, [{ path: "file", message: error.message }]);
}
