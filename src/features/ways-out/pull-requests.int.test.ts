import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { eq } from "drizzle-orm";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { workflowRuns } from "../../db/schema/runs";
import { enqueueAdvance } from "../../queue/enqueue";
import { testDatabase } from "../../test/database";
import { approvalStep, type MadeProject, makeProject, makeRun, scriptStep } from "../../test/factories";
import { gitIn, gitProject } from "../../test/git-project";
import { type GitServer, serveGit } from "../../test/git-server";
import { type GithubServer, startGithub } from "../../test/github-server";
import { callerOf } from "../../test/people";
import { untilRun } from "../../test/runs";
import { runWorker, type Worker } from "../../worker/main";
import { plain } from "../comments/commands/write-comment";

const TOKEN = "a token of the tests";
const database = testDatabase({ fresh: true });
let data: string;
let root: string;
let git: GitServer;
let github: GithubServer;
let worker: Worker;
let made: MadeProject;
let id: string;

const runs = () => callerOf(database.db, made.owner).runs;
const settings = (given: Partial<Parameters<ReturnType<typeof callerOf>["projects"]["update"]>[0]>) =>
  callerOf(database.db, made.owner).projects.update({ id: made.project.id, ...given });
const refusalOf = () =>
  runs()
    .openPullRequest({ id })
    .then(String, (error: Error) => error.message);

beforeAll(async () => {
  data = await mkdtemp(join(tmpdir(), "phaseboard-data-"));
  root = await mkdtemp(join(tmpdir(), "phaseboard-remotes-"));
  git = await serveGit(root, `x-access-token:${TOKEN}`);
  github = await startGithub(TOKEN);
  worker = await runWorker({ databaseUrl: database.url, concurrency: 4, dataDir: data });
  const path = await gitProject({ "a.txt": "a\n" });
  await gitIn(root, "clone", "--quiet", "--bare", path, "acme/site.git");
  await gitIn(path, "remote", "add", "origin", `${git.url}/acme/site.git`);
  const steps = [scriptStep("edit", "echo b >> a.txt"), approvalStep("sign-off")];
  made = await makeProject(database.db, { path, workspace: "clone", steps });
  const { run } = await makeRun(database.db, made);
  id = run.id;
  await database.db.update(workflowRuns).set({ name: "Mend *all* of\nit" }).where(eq(workflowRuns.id, id));
  await enqueueAdvance(database.db, id);
  const waits = () => database.db.select().from(workflowRuns).where(eq(workflowRuns.id, id));
  await vi.waitUntil(async () => (await waits())[0]?.waiting_since, { timeout: 60_000, interval: 100 });
  const { steps: rows } = await runs().get({ id });
  await callerOf(database.db, made.owner).steps.decide({
    id: rows[1]?.id ?? "",
    decision: "approve",
    note: "Fine by [me](https://example.com)",
  });
  await untilRun(database.db, id, "completed");
});
afterAll(async () => {
  await worker.drain();
  await Promise.all([git.close(), github.close()]);
  await rm(data, { recursive: true, force: true });
});

it("wants a token, and an API that answers", async () => {
  expect(await refusalOf()).toMatch(/There is no token to open a pull request with/);
  await callerOf(database.db, made.owner).secrets.set({
    project_id: made.project.id,
    name: "GIT_TOKEN",
    value: TOKEN,
  });
  await settings({ git_secret: "GIT_TOKEN" });
  // The remote's own address has no API, so what answers there is not GitHub.
  expect(await refusalOf()).toMatch(/does not take the token/);
  await settings({ git_api_url: "http://127.0.0.1:9/" });
  expect(await refusalOf()).toMatch(/^http:\/\/127\.0\.0\.1:9 did not answer/);
  await settings({ git_api_url: github.url });
});

it.each([
  [401, { message: "Bad credentials" }, /does not take the token \(Bad credentials\)\. Name a secret/],
  [403, { message: "Resource not accessible" }, /refuses this to the token \(Resource not accessible\)/],
  [404, { message: "Not Found" }, /There is no acme\/site at .* that the token may see/],
  [422, { message: "Validation Failed", errors: [{ field: "base", code: "invalid" }] }, /base is invalid/],
  [500, { message: "Oops" }, /answered 500 \(Oops\)/],
  [200, { not: "a list" }, /is no API of GitHub's/],
])("says what %s means", async (status, body, words) => {
  github.answerNext(status, body);
  expect(await refusalOf()).toMatch(words);
});

it("pushes the branch and opens one, with a title and a text from the run", async () => {
  const opened = await runs().openPullRequest({ id });
  expect(opened).toEqual({ url: "https://github.example/acme/site/pull/1", number: 1, is_new: true });
  const [row] = await database.db.select().from(workflowRuns).where(eq(workflowRuns.id, id));
  const [pullRequest] = github.pullRequests;
  expect(pullRequest).toMatchObject({ title: "Mend *all* of it", head: row?.branch, base: "main" });
  expect(pullRequest?.body).toMatch(/^\[Run 1\]\(http.*\/runs\/\w+\) of Work: Mend \\\*all\\\* of it\n/);
  expect(pullRequest?.body).toContain("\n+1 −0 in 1 file\n");
  const words = plain("Fine by [me](https://example.com)");
  expect(pullRequest?.body).toContain(
    `- **${plain("sign-off")}** approved by ${plain(made.owner.name)}: ${words}\n`,
  );
  expect(await gitIn(join(root, "acme", "site.git"), "show", `${row?.branch}:a.txt`)).toBe("a\nb");
  expect(row).toMatchObject({ pull_request_url: opened.url, pull_request_number: 1 });
  expect((await runs().get({ id })).pull_request).toEqual({ url: opened.url, number: 1 });
  const listed = await runs().list({ project_id: made.project.id });
  expect(listed.items[0]?.pull_request).toEqual({ url: opened.url, number: 1 });
  expect(github.requests.flatMap(({ faults }) => faults)).toEqual([]);
  const { items } = await callerOf(database.db, made.owner).audit.list({
    project_id: made.project.id,
    action: "runs.openPullRequest",
  });
  // Tries that were refused have pushed before.
  expect(items.slice(0, 2).map(({ after }) => after)).toEqual([
    { pull_request_url: opened.url, pull_request_number: 1 },
    { pushed_snapshot: row?.snapshot, pushed_branch: row?.branch },
  ]);
});

it("gives the one that is open, and opens another where it was closed", async () => {
  expect(await runs().openPullRequest({ id })).toMatchObject({ number: 1, is_new: false });
  expect(github.pullRequests).toHaveLength(1);
  const [first] = github.pullRequests;
  if (first) first.state = "closed";
  const asked = { id, title: "Another", body: "By hand", base: "main" };
  expect(await runs().openPullRequest(asked)).toMatchObject({ number: 2, is_new: true });
  expect(github.pullRequests[1]).toMatchObject({ title: "Another", body: "By hand" });
});
