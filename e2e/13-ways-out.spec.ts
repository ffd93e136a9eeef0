import { execFile } from "node:child_process";
import { mkdtemp, readFile, realpath, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, type Page, test } from "@playwright/test";
import { eq } from "drizzle-orm";
import { workflowRuns } from "../src/db/schema/runs";
import { git } from "../src/git/git";
import type { Api, Project } from "./support/api";
import { database } from "./support/database";
import { inspectPage } from "./support/inspect-page";
import { browserOf, makePerson, type Person } from "./support/people";

// Each goes on from the one before: a second try begins anew with the first.
test.describe.configure({ mode: "serial" });

const DEFINITION = `name: Mend
workspace: clone
phases: [work]
steps:
  - { id: edit, name: Edit, phase: work, type: script, run: 'echo mended >> notes.md; echo new > new.md' }
`;

const run = promisify(execFile);
let person: Person & { api: Api };
let project: Project;
let page: Page;
let id: string;
let remote: string;

/** A commit of a person's in the project's folder. */
async function commit(name: string, text: string): Promise<void> {
  await writeFile(join(project.path, name), text);
  await git(["add", "--", name], { cwd: project.path });
  await git(["commit", "--quiet", "-m", `Write ${name}`], { cwd: project.path });
}

test.beforeAll(async ({ browser }) => {
  person = await makePerson("Wes", "admin");
  project = await person.api.createProject("ways out");
  await git(["init", "--quiet", "--initial-branch=main"], { cwd: project.path });
  await commit("notes.md", "# Notes\n");
  const definition = await person.api.createDefinition(project, DEFINITION);
  ({ id } = await person.api.start(definition, "Mend the notes"));
  await expect.poll(async () => (await person.api.run(id)).status).toBe("completed");
  remote = join(await realpath(await mkdtemp(join(tmpdir(), "phaseboard-remote-"))), "site.git");
  await run("git", ["init", "--quiet", "--bare", remote]);
  ({ page } = await browserOf(browser, person));
});

test.afterAll(() => page.context().close());

const row = (of = page) => of.getByRole("region", { name: "Apply or push" });
const open = async (of = page) => {
  await of.goto(`/p/${project.slug}/runs/${id}?more=changes&tall=1`);
  await row(of).waitFor();
};

test("says what cannot be, and what to do", async () => {
  await open();
  await expect(row()).toContainText("Up to date with main");
  await row().getByRole("button", { name: "Push" }).click();
  const dialog = page.getByRole("alertdialog");
  await expect(dialog).toContainText("git remote add origin");
  await expect(dialog.getByRole("button", { name: "Push" })).toBeDisabled();
  await page.keyboard.press("Escape");
  await git(["remote", "add", "origin", remote], { cwd: project.path });
});

test("pushes the branch, from the palette", async () => {
  await page.reload();
  await row().waitFor();
  await page.keyboard.press("ControlOrMeta+k");
  await page.keyboard.type("Push");
  await page.getByRole("option", { name: /^Push/ }).first().click();
  const dialog = page.getByRole("alertdialog");
  await expect(dialog.getByLabel("Branch")).toHaveValue(/^phaseboard\/\d+-mend-the-notes$/);
  await dialog.getByRole("button", { name: "Push" }).click();
  await expect(page.getByText(/^Pushed to phaseboard\//)).toBeVisible();
  const { stdout } = await run("git", ["-C", remote, "branch", "--list", "--format=%(refname:short)"]);
  expect(stdout).toMatch(/^phaseboard\/\d+-mend-the-notes$/m);
  await row().getByRole("button", { name: "Open pull request" }).click();
  await expect(dialog).toContainText("needs a remote at GitHub");
  await dialog.getByRole("button", { name: "Close" }).click();
});

test("tells of a base that has moved, merges it, and applies the run", async () => {
  await commit("other.md", "other\n");
  await row().getByRole("button", { name: "Look for new commits of main" }).click();
  await expect(row()).toContainText("main has moved by 1 commit");
  await inspectPage(page, "test-results/pictures/ways-out");
  await row().getByRole("button", { name: "Update from main" }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Update" }).click();
  await expect(row()).toContainText("Up to date with main");
  await writeFile(join(project.path, "notes.md"), "# Mine\n");
  await row().getByRole("button", { name: "Apply" }).click();
  const dialog = page.getByRole("alertdialog");
  await dialog.getByRole("button", { name: "Apply" }).click();
  await expect(dialog.getByRole("alert")).toContainText("notes.md is not as the run's base has it");
  await inspectPage(page, "test-results/pictures/ways-out-refused");
  await git(["checkout", "--", "notes.md"], { cwd: project.path });
  await dialog.getByRole("button", { name: "Apply" }).click();
  await expect(page.getByText("Applied to main")).toBeVisible();
  expect(await readFile(join(project.path, "notes.md"), "utf8")).toBe("# Notes\nmended\n");
  expect(await git(["status", "--porcelain", "--untracked-files=no"], { cwd: project.path })).toBe("");
});

test("offers nothing to who may only look, and is set up by a maintainer", async ({ browser }) => {
  const viewer = await makePerson("Vic");
  await person.api.addMember(project, viewer, "viewer");
  const other = await browserOf(browser, viewer);
  await open(other.page);
  await expect(row(other.page)).toContainText("Members of the project may apply and push this.");
  await expect(row(other.page).getByRole("button", { name: /Apply|Push|pull|Update/ })).toHaveCount(0);
  await other.context.close();
  const opened = { pull_request_url: "https://github.example/acme/site/pull/38", pull_request_number: 38 };
  await (await database()).update(workflowRuns).set(opened).where(eq(workflowRuns.id, id));
  await open();
  await expect(page.getByRole("link", { name: "Pull request #38" })).toHaveCount(2);
  await page.screenshot({ path: "test-results/pictures/ways-out-opened.png" });
  await page.goto(`/p/${project.slug}/settings/git`);
  const form = page.getByRole("region", { name: "Git" });
  await form.getByLabel("Address of the API").fill("ftp://example.com");
  await form.getByRole("button", { name: "Save" }).click();
  await form.getByLabel("Address of the API").fill("https://git.example.com/api/v3");
  await form.getByRole("button", { name: "Save" }).click();
  await expect(page.getByText("Settings saved")).toBeVisible();
  await form.scrollIntoViewIfNeeded();
  await inspectPage(page, "test-results/pictures/ways-out-settings");
});
