import { PassThrough, type Readable } from "node:stream";
import { authorizeProject, type Caller } from "../../auth/scope";
import { transact } from "../../events/emit";
import { logger } from "../../lib/logger";
import { readSettings } from "../../lib/settings";
import { getProject } from "../projects/queries";
import { exportProject, refuseStore, untilRoom } from "./queries/export-project";

/** Opens a project's archive, for its owners; who took it along is in the audit record. */
export async function openExport(
  caller: Caller,
  { id }: { id: string },
): Promise<{ name: string; stream: Readable }> {
  const scope = await authorizeProject(caller, id, "project:delete");
  const { slug } = await getProject(caller, { id });
  refuseStore();
  await untilRoom();
  await transact(caller, scope, "projects.export", async () => {});
  const stream = new PassThrough();
  exportProject(readSettings().databaseUrl ?? "", id, stream).catch((error: unknown) => {
    // The reader is cut off, and its archive has no end.
    if (!stream.destroyed) logger.warn({ err: error, project_id: id }, "a project could not be exported");
    stream.destroy();
  });
  return { name: `${slug}.phaseboard.tar.gz`, stream };
}
