import { authorizeAdministrator, type Caller } from "../../../auth/scope";
import { installation } from "../../../db/schema/installation";
import { changed } from "../../../events/audit";
import { audit, transact } from "../../../events/emit";
import { AppError } from "../../../lib/errors";
import { readInstallation } from "../queries";
import type { InstallationSettings, UpdateInstallationInput } from "../schema";

/**
 * Changes the given settings and leaves the others. Sessions and tokens that began before keep their ends, but for
 * the time without use. Throws FORBIDDEN for everybody but administrators.
 */
export async function updateInstallation(
  caller: Caller,
  changes: UpdateInstallationInput,
): Promise<InstallationSettings> {
  const scope = authorizeAdministrator(caller);
  if (Object.values(changes).some((value) => value !== undefined)) {
    await transact(caller, scope, "installation.update", async (tx) => {
      const before = await readInstallation(tx);
      const [row] = await tx.update(installation).set(changes).returning({ only: installation.only });
      if (!row) {
        throw new AppError(
          "CONFLICT",
          "No web server has worked with this database yet. Start one, then try again.",
        );
      }
      audit(tx, { ...changed(before, changes), target: { type: "installation", id: null } });
    });
  }
  return readInstallation(caller.db);
}
