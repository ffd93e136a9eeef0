import { mkdir, readdir, rename, rm, rmdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { addressFault, cloneProject } from "../../../git/clone-project";
import { saysNoRoom } from "../../../git/git";
import { AppError } from "../../../lib/errors";
import { newId } from "../../../lib/ids";
import { readSettings } from "../../../lib/settings";
import { noRoom } from "../../room/require-room";

/** Age of a clone that nobody waits for any more, in milliseconds: its server ended meanwhile. */
const LEFT_MS = 24 * 60 * 60_000;

/** Clones a repository for a new project. Throws BAD_REQUEST with what git says where that is not possible. */
export async function fetchProject(url: string): Promise<string> {
  const fault = addressFault(url);
  if (fault !== null) throw refused(`git_url ${fault}.`, fault);
  const root = join(readSettings().dataDir, "incoming");
  await removeLeft(root);
  const folder = join(root, newId());
  await mkdir(folder, { recursive: true });
  const said = await cloneProject(url, folder);
  if (said === null) return folder;
  await rm(folder, { recursive: true, force: true });
  if (saysNoRoom(said)) throw noRoom();
  throw refused(
    `The repository could not be cloned: ${said}. A private one needs credentials in the git of the user that runs the server.`,
    `could not be cloned: ${said}`,
  );
}

/** Makes the clone the project's folder, which is there and empty. */
export async function placeProject(fetched: string, folder: string): Promise<void> {
  await rmdir(folder);
  await rename(fetched, folder);
}

const refused = (text: string, message: string) =>
  new AppError("BAD_REQUEST", text, [{ path: "git_url", message }]);

/** Removes what a server that ended has left in the folder for projects that come. */
export async function removeLeft(root: string): Promise<void> {
  for (const name of await readdir(root).catch(() => [])) {
    const facts = await stat(join(root, name)).catch(() => null);
    if (facts && Date.now() - facts.mtimeMs > LEFT_MS)
      await rm(join(root, name), { recursive: true, force: true });
  }
}
