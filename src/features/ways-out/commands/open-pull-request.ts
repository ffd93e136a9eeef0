import { authorizeRun } from "../../../auth/scope";
import { mainBranch } from "../../../git/find-base";
import { askCredentials, findRemote, type Remote } from "../../../git/remote";
import { plain } from "../../comments/commands/write-comment";
import { createPullRequest, findPullRequest, GithubRefusal, repositoryOf } from "../github";
import {
  credentialsOf,
  explained,
  readWay,
  refuse,
  titleOf,
  type Way,
  type WayCaller,
  whyNoBranch,
  whyNothing,
} from "../queries/find-way";
import { pullRequestText } from "../queries/pull-request-text";
import type { OpenedPullRequest, PullRequestInput } from "../schema";
import { pushWay } from "./push-run";
import { recordWay } from "./record-way";

const MOST_TITLE = 256;

/**
 * Pushes the run's branch and opens a pull request for it; where one is open already, gives that. Throws CONFLICT with the
 * reason where it cannot be.
 */
export async function openPullRequest(
  caller: WayCaller,
  { id, title, body, base: wanted }: PullRequestInput,
): Promise<OpenedPullRequest> {
  const scope = await authorizeRun(caller, id, "run:write");
  const way = await readWay(caller, scope);
  const { run, project } = way;
  const why = whyNoBranch(way) ?? whyNothing(way);
  if (why !== null) throw refuse(why);
  const credentials = await credentialsOf(caller, way);
  const remote = await explained(() => findRemote(project.path, null, { credentials, pushes: true }));
  if ("refusal" in remote) throw refuse(remote.refusal);
  // Ahead of the push, which is for nothing where these are missing.
  const repository = repositoryOf(remote, project.git_api_url);
  if ("refusal" in repository) throw refuse(repository.refusal);
  const token = await tokenOf(remote);
  const pushed = await pushWay(caller, scope, way, "runs.openPullRequest", {});
  const base = wanted ?? (await explained(() => baseOf(way)));
  if (base === null) throw refuse("It is not known which branch it is to go into. Name one as `base`.");
  const head = pushed.branch;
  try {
    const found = await findPullRequest(repository, token, { head, base });
    const { html_url: url, number } =
      found ??
      (await createPullRequest(repository, token, {
        title: title ?? titleOf(run).slice(0, MOST_TITLE),
        body: body ?? (await pullRequestText(caller, way)),
        head,
        base,
      }));
    const link = `[${plain(`#${number}`)}](${encodeURI(decodeURI(url))})`;
    const text = found ? null : `Pull request ${link} opened by ${plain(caller.actor.name)}`;
    await recordWay(
      caller,
      scope,
      "runs.openPullRequest",
      { pull_request_url: url, pull_request_number: number },
      text,
    );
    return { url, number, is_new: found === null };
  } catch (error) {
    if (error instanceof GithubRefusal) throw refuse(error.message);
    throw error;
  }
}

/** The project's secret, else what the server's git signs in with. */
async function tokenOf(remote: Remote): Promise<string> {
  const found = remote.credentials ?? (await askCredentials(remote));
  if (found) return found.password;
  throw refuse(
    "There is no token to open a pull request with. Set a secret of the project that holds one, and name it in the project's settings (Git).",
  );
}

/** The branch that the run began from, else the main one. */
async function baseOf({ run, project }: Way): Promise<string | null> {
  return mainBranch(project.path, run.base);
}
