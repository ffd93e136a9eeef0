import { authorizeRun } from "../../../auth/scope";
import { git } from "../../../git/git";
import { readHead } from "../../../git/kept-tree";
import { findRemote } from "../../../git/remote";
import { AppError } from "../../../lib/errors";
import { repositoryOf } from "../github";
import type { WaysOut, WaysOutInput } from "../schema";
import {
  credentialsOf,
  explained,
  keeperOfWay,
  readWay,
  type Way,
  type WayCaller,
  whyNoBranch,
  whyNothing,
  whyNotWanted,
} from "./find-way";
import { newestBase } from "./newest-base";

const AT_WORK = "A worker holds the run. Wait until its step has ended, or pause the run.";
const NEWEST = "The run has all of it.";

/** What may become of a run's changes, and whether its base has moved. The rights are not among the reasons. */
export async function getWaysOut(caller: WayCaller, { id, fresh }: WaysOutInput): Promise<WaysOut> {
  const scope = await authorizeRun(caller, id, "project:read");
  const way = await readWay(caller, scope);
  const { run, project } = way;
  const nothing = whyNothing(way);
  const noBranch = whyNoBranch(way);
  const isGit = noBranch === null;
  const found = isGit
    ? await findRemote(project.path, null, { credentials: null, pushes: true }).catch(notFound)
    : null;
  const remote = found && "name" in found ? found.name : null;
  const push = noBranch ?? nothing ?? (found && "refusal" in found ? found.refusal : null);
  const repository = found && "name" in found ? repositoryOf(found, project.git_api_url) : null;
  const noRepository = repository && "refusal" in repository ? repository.refusal : null;
  return {
    apply: {
      reason: nothing ?? (await whyNotWanted(caller, way)),
      done: run.snapshot !== null && run.applied_snapshot === run.snapshot,
    },
    push: {
      reason: push,
      done: run.snapshot !== null && run.pushed_snapshot === run.snapshot,
      remote,
      branch: run.branch,
    },
    pull_request: {
      reason: push ?? noRepository,
      url: run.pull_request_url,
      number: run.pull_request_number,
    },
    update: isGit
      ? await updateOf(caller, way, fresh)
      : { reason: noBranch, base: null, behind: null, note: null },
  };
}

/** The project's folder is gone, or no repository. */
const notFound = () => null;

async function updateOf(caller: WayCaller, way: Way, fresh: boolean): Promise<WaysOut["update"]> {
  const { run, project } = way;
  const nothing = { base: null, behind: null, note: null };
  try {
    const credentials = await credentialsOf(caller, way);
    const [keeper, base] = await Promise.all([
      keeperOfWay(way),
      explained(() => newestBase(project.path, run.base, credentials, fresh)),
    ]);
    if (base === null) return { ...nothing, reason: "The project has no commit." };
    if ("refusal" in base) return { ...nothing, reason: `${base.refusal}.` };
    const behind = await explained(() => countBehind(keeper, way, base.commit));
    const reason = behind === 0 ? NEWEST : run.claimed_by === null ? null : AT_WORK;
    return { base: base.name, behind, note: base.note, reason };
  } catch (error) {
    if (error instanceof AppError) return { ...nothing, reason: error.message };
    throw error;
  }
}

/** Commits of the base that the run does not have. */
async function countBehind(keeper: string, { run }: Way, base: string): Promise<number> {
  const head = (run.snapshot && (await readHead(keeper, run.snapshot))?.commit) || run.base_commit;
  const words = ["rev-list", "--count", "--no-merges", base, `^${head}`];
  return Number(await git(words, { cwd: keeper, env: { GIT_DIR: keeper } }));
}
