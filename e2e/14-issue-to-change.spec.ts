import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Browser, expect, type Page, test } from "@playwright/test";
import { gitIn, gitProject } from "../src/test/git-project";
import { type GitServer, serveGit } from "../src/test/git-server";
import { type GithubServer, startGithub } from "../src/test/github-server";
import { ChangesPane } from "./pages/changes";
import type { Project } from "./support/api";
import { browserOf, makePerson } from "./support/people";
import { ownProcesses, server } from "./support/server";

const TOKEN = "a token of the tests";
const DEFINITION = `name: Issue to change
workspace: clone
phases: [write, review]
steps:
  - id: write
    name: Write the change
    phase: write
    type: agent
    agent: demo
    prompt: Greet people by their name
  - id: look
    name: Look at the change
    phase: review
    type: approval
    prompt: Is it right?
    rework: write
    approvers: { allow_self: false }
`;
/** Milliseconds between what the agent does, so that it is killed while it works. */
const PACE = 700;

let root: string;
let git: GitServer;
let github: GithubServer;
let ada: Awaited<ReturnType<typeof makePerson>>;
let grace: typeof ada;
let project: Project;

test.beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "phaseboard-remotes-"));
  git = await serveGit(root);
  github = await startGithub(TOKEN);
  ada = await makePerson("Ada", "admin");
  grace = await makePerson("Grace");
  const agents = `demo: { command: phaseboard, args: [demo-agent, --pace, "${PACE}"] }\n`;
  const first = await gitProject({ "README.md": "# Greetings\n", ".agent/agents.yaml": agents });
  await gitIn(root, "clone", "--quiet", "--bare", first, "acme/site.git");
  const name = `Issues ${ada.email.slice(0, 12)}`;
  project = await ada.api.do("POST", "/projects", { name, git_url: `${git.url}/acme/site.git` });
  await ada.api.addMember(project, grace, "member");
  await ada.api.do("PUT", `/projects/${project.id}/secrets/GIT_TOKEN`, { value: TOKEN });
  await ada.api.do("PATCH", `/projects/${project.id}`, { git_secret: "GIT_TOKEN", git_api_url: github.url });
});

test.afterAll(async () => {
  await Promise.all([git.close(), github.close()]);
  await rm(root, { recursive: true, force: true });
});

/** Kills the web process and the worker; the supervisor starts them again. */
async function killServer(): Promise<void> {
  const before = await ownProcesses();
  for (const pid of before) process.kill(pid, "SIGKILL");
  const isBack = async () => {
    const now = await ownProcesses();
    if (now.length < before.length || now.some((pid) => before.includes(pid))) return false;
    return fetch(`${server.url}/api/health`).then(
      ({ ok }) => ok,
      () => false,
    );
  };
  await expect.poll(isBack, { timeout: 60_000 }).toBe(true);
}

/** Waits until the agent is in its turn, and what it does is on the page. */
async function untilAtWork(page: Page, id: string, attempt: number): Promise<void> {
  const step = async () => {
    const [write] = (await ada.api.run(id)).steps;
    return [write?.attempt, write?.status];
  };
  await expect.poll(step, { intervals: [100] }).toEqual([attempt, "running"]);
  await expect(page.getByText(/^(Look at|Answer) /).first()).toBeVisible();
}

async function comment(page: Page, line: number, text: string): Promise<void> {
  await new ChangesPane(page).comment("CHANGELOG.md", line);
  await page.getByRole("textbox", { name: `Comment on line ${line}` }).fill(text);
  await page.getByRole("button", { name: "Add to review" }).click();
}

async function story(browser: Browser, midTurn: (page: Page, id: string, attempt: number) => Promise<void>) {
  const definitions = await ada.api.do<{ id: string; slug: string }[]>(
    "GET",
    `/workflows?project_id=${project.id}`,
  );
  const definition =
    definitions.find(({ slug }) => slug === "issue-to-change") ??
    (await ada.api.createDefinition(project, DEFINITION));
  const { page } = await browserOf(browser, ada);
  await page.goto(`/p/${project.slug}`);
  const { id } = await ada.api.start(definition, "Greet people");
  await page.goto(`/p/${project.slug}/runs/${id}?step=write`);
  await midTurn(page, id, 1);
  const waits = async () => (await ada.api.run(id)).steps[1]?.waiting_for;
  await expect.poll(waits, { timeout: 60_000 }).toBe("approval");
  const session = async () =>
    ada.api.do<{ protocol_session_id: string }>(
      "GET",
      `/agent-sessions/${(await ada.api.run(id)).steps[0]?.agent_session_id}`,
    );
  const { protocol_session_id } = await session();

  // Two comments, and the request for changes.
  const changes = new ChangesPane(page);
  await changes.open(project.slug, id);
  await comment(page, 1, "Name the release.");
  await comment(page, 3, "Make it `- Hello, NAME`");
  await page.setViewportSize({ width: 1280, height: 640 });
  // The README shows this one.
  await page.screenshot({ path: "test-results/pictures/review.png" });
  await page.getByRole("button", { name: "Review…" }).click();
  await page.getByRole("radio", { name: /^Request changes/ }).check();
  await page.getByRole("button", { name: "Send the review" }).click();
  await expect(page.getByRole("dialog")).toBeHidden();
  await page.goto(`/p/${project.slug}/runs/${id}?step=write`);
  await midTurn(page, id, 2);

  // The agent answers both of them in its session.
  await expect.poll(waits, { timeout: 60_000 }).toBe("approval");
  expect((await session()).protocol_session_id).toBe(protocol_session_id);
  await expect(page.getByText("Thank you for the review.").first()).toBeVisible();
  await changes.open(project.slug, id);
  await expect(changes.lines("CHANGELOG.md", "addition")).toContainText([
    /Name the release/,
    "# Changes",
    "",
    "- Hello, NAME",
  ]);

  // Who started it may not approve it; somebody else does.
  await page.getByRole("button", { name: "Review…" }).click();
  await expect(page.getByRole("radio", { name: /^Approve/ })).toBeDisabled();
  await page.getByRole("button", { name: "Cancel" }).click();
  const { page: hers } = await browserOf(browser, grace);
  await new ChangesPane(hers).open(project.slug, id);
  await hers.getByRole("button", { name: "Review…" }).click();
  await hers.getByRole("radio", { name: /^Approve/ }).check();
  await hers.getByRole("button", { name: "Send the review" }).click();
  await expect.poll(async () => (await ada.api.run(id)).status, { timeout: 30_000 }).toBe("completed");

  // The branch is pushed, and a pull request is asked for.
  await page.getByRole("button", { name: "Push", exact: true }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Push" }).click();
  await expect(page.getByRole("alertdialog")).toBeHidden();
  const { number } = await ada.api.do<{ number: number }>("GET", `/workflow-executions/${id}`);
  const branch = `phaseboard/${number}-greet-people`;
  const remote = join(root, "acme", "site.git");
  expect(await gitIn(remote, "show", `${branch}:CHANGELOG.md`)).toContain("- Hello, NAME");
  const asked = github.pullRequests.length;
  await page.getByRole("button", { name: "Open pull request" }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: /^Open/ }).click();
  await expect(page.getByRole("link", { name: new RegExp(`#${asked + 1}`) }).first()).toBeVisible();
  expect(github.pullRequests).toHaveLength(asked + 1);
  expect(github.pullRequests[asked]).toMatchObject({ head: branch, base: "main" });
  expect(github.requests.flatMap(({ faults }) => faults)).toEqual([]);
  for (const each of [page, hers]) await each.context().close();
}

test("an agent's change is commented on, answered, approved by somebody else, pushed, and asked for", async ({
  browser,
}) => {
  test.setTimeout(180_000);
  await story(browser, async () => {});
});

test("the same, while the server and the worker are killed in the midst of each turn", async ({
  browser,
}) => {
  test.setTimeout(360_000);
  await story(browser, async (page, id, attempt) => {
    await untilAtWork(page, id, attempt);
    await killServer();
  });
});
