import { rm } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { type Caller, ownScope } from "../../../auth/scope";
import type { Tx } from "../../../db/client";
import { projectMembers, projects } from "../../../db/schema/projects";
import type { AuditAction } from "../../../events/audit";
import { createOnce } from "../../../events/create-once";
import { audit } from "../../../events/emit";
import { faultyInput } from "../../../lib/errors";
import { logger } from "../../../lib/logger";
import { lockFolders } from "../../../storage/own-folder";
import { readFolder } from "../../definitions/commands/sync-definitions";
import { refuseMore, refuseOthers } from "../../projects/creators";
import { checkChosenFolder, makeOwnFolder, refuseTaken, unmakeOwnFolder } from "../../projects/folders";
import type { CreateProjectInput, Project } from "../../projects/schema";
import { requireServerRoom } from "../../room/require-room";
import { fetchProject, placeProject } from "./fetch-project";
import { slugFor } from "./slug-for";

const READ_MS = 20_000;

/**
 * Creates a project owned by the caller, in a new folder or in one they chose. Throws FORBIDDEN if the caller
 * may not create projects, CONFLICT if they have created as many as one person may.
 */
export async function createProject(
  caller: Caller,
  input: CreateProjectInput,
  action: AuditAction = "projects.create",
): Promise<Project> {
  await refuseOthers(caller);
  if (input.path !== undefined && input.git_url !== undefined)
    throw faultyInput([{ path: "git_url", message: "cannot be given together with path" }]);
  const chosen = input.path === undefined ? null : await checkChosenFolder(input.path);
  if (input.git_url !== undefined) await requireServerRoom();
  // Before the transaction, since others wait for that.
  const fetched = input.git_url === undefined ? null : await fetchProject(input.git_url);
  const project = await makeProject(caller, action, input, chosen, fetched);
  if (chosen || fetched) await readDefinitions(caller, project);
  return project;
}

async function makeProject(
  caller: Caller,
  action: AuditAction,
  input: CreateProjectInput,
  chosen: string | null,
  fetched: string | null,
): Promise<Project> {
  let made: string | undefined;
  try {
    return await createOnce(caller, ownScope(caller), action, (commit) =>
      commit(async (tx) => {
        await lockFolders(tx);
        await refuseMore(tx, caller);
        const slug = await slugFor(tx, input.name);
        if (chosen) await refuseTaken(tx, chosen);
        else made = await makeOwnFolder(tx, slug);
        if (made !== undefined && fetched) await placeProject(fetched, made);
        return insertProject(tx, caller, { name: input.name, slug, path: chosen ?? made ?? "" }, !chosen);
      }),
    );
  } catch (error) {
    if (made && fetched) await rm(made, { recursive: true, force: true });
    else if (made) await unmakeOwnFolder(made);
    throw error;
  } finally {
    // Still there where an earlier call with the same key has made the project.
    if (fetched) await rm(fetched, { recursive: true, force: true });
  }
}

/** Reads existing definitions, so that they can be started as soon as the caller has the answer. */
async function readDefinitions(caller: Caller, { id }: Project): Promise<void> {
  const reading = readFolder(caller, id).catch((error: unknown) => {
    // The project exists all the same; the watcher will read its definitions again.
    logger.warn({ err: error, project_id: id }, "the definitions of a new project could not be read");
  });
  // Limit the wait: loading a TypeScript definition runs the project's own code, which may be slow.
  await Promise.race([reading, sleep(READ_MS, undefined, { ref: false })]);
}

async function insertProject(
  tx: Tx,
  { actor }: Caller,
  given: { name: string; slug: string; path: string },
  made_by_us: boolean,
): Promise<Project> {
  const [project] = await tx
    .insert(projects)
    .values({ ...given, made_by_us, created_by: actor.user_id })
    .returning();
  if (!project) throw new Error("the project's row did not come back");
  await tx.insert(projectMembers).values({ project_id: project.id, user_id: actor.user_id, role: "owner" });
  const { id, name, path } = project;
  audit(tx, { target: { type: "project", id, name }, project: { id, name }, after: { name, path } });
  const { event_seq: _, created_by: __, ...row } = project;
  return { ...row, role: "owner" };
}
