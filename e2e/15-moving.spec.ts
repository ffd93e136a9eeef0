import { readFile } from "node:fs/promises";
import { expect, type Page, test } from "@playwright/test";
import { RunPage } from "./pages/run";
import type { Api, Project } from "./support/api";
import { png } from "./support/files";
import { browserOf, makePerson } from "./support/people";

const SHIP = `name: Ship
phases: [build]
steps:
  - { id: bundle, phase: build, name: Bundle, type: script, run: 'echo "built 1.5"' }
`;
const PICTURE = png("picture.png");

async function bytesOf(api: Api, artifact: string): Promise<Buffer> {
  const headers = { authorization: `Bearer ${api.token}` };
  const answer = await fetch(`${process.env.PHASEBOARD_E2E_URL}/api/artifacts/${artifact}`, { headers });
  expect(answer.status).toBe(200);
  return Buffer.from(await answer.arrayBuffer());
}

async function exportHere(page: Page, project: Project): Promise<{ name: string; buffer: Buffer }> {
  await page.goto(`/p/${project.slug}/settings`);
  const section = page.getByRole("region", { name: "Export" });
  await expect(section.getByText("1 run with logs, artifacts and comments, 1 definition")).toBeVisible();
  const begun = page.waitForEvent("download");
  await section.getByRole("link", { name: "Download" }).click();
  const download = await begun;
  return { name: download.suggestedFilename(), buffer: await readFile(await download.path()) };
}

async function deleteHere(page: Page, name: string): Promise<void> {
  await page.getByRole("button", { name: "Delete project" }).click();
  const dialog = page.getByRole("alertdialog");
  await dialog.getByRole("textbox").fill(name);
  await dialog.getByRole("button", { name: "Delete project" }).click();
  await expect(page).toHaveURL(/\/projects$/);
}

async function importHere(page: Page, file: { name: string; buffer: Buffer }): Promise<void> {
  await page.getByRole("button", { name: "Import", exact: true }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Archive of a project").setInputFiles({ ...file, mimeType: "application/gzip" });
  await dialog.getByRole("button", { name: "Import project" }).click();
}

test("a project leaves as a file and comes back as it was", async ({ browser }) => {
  const ada = await makePerson("Ada", "admin");
  const bob = await makePerson("Bob");
  const project = await ada.api.createProject("Mover");
  await ada.api.addMember(project, bob, "member");
  const definition = await ada.api.createDefinition(project, SHIP);
  const { id: run } = await ada.api.start(definition, "Ship 1.5");
  await expect.poll(async () => (await ada.api.run(run)).status, { timeout: 30_000 }).toBe("completed");
  const { id: artifact } = await ada.api.upload(run, "bundle", PICTURE);
  await ada.api.do("PUT", `/projects/${project.id}/secrets/NPM_TOKEN`, { value: "12345678" });

  const member = await browserOf(browser, bob);
  await member.page.goto(`/p/${project.slug}/settings`);
  await expect(member.page.getByText("Ask Ada for a file of it with its history.")).toBeVisible();
  await member.page.goto("/projects");
  await expect(member.page.getByText(/Only administrators make projects here/)).toBeVisible();
  await expect(member.page.getByRole("button", { name: "Import" })).toHaveCount(0);
  await member.context.close();

  const { page } = await browserOf(browser, ada);
  const archive = await exportHere(page, project);
  expect(archive.name).toBe(`${project.slug}.phaseboard.tar.gz`);
  const before = await ada.api.run(run);

  // It is here still, and what is no archive is none.
  await page.goto("/projects");
  await importHere(page, archive);
  const dialog = page.getByRole("dialog");
  await expect(dialog.getByRole("alert")).toContainText(`already, as Mover at /p/${project.slug}.`);
  await dialog.getByLabel("Archive of a project").setInputFiles({ ...PICTURE, name: "x.tar.gz" });
  await dialog.getByRole("button", { name: "Import project" }).click();
  await expect(dialog.getByRole("alert")).not.toContainText("already");
  await dialog.getByRole("button", { name: "Cancel" }).click();

  await page.goto(`/p/${project.slug}/settings`);
  await deleteHere(page, "Mover");
  expect((await ada.api.ask("GET", `/workflow-executions/${run}`)).status).toBe(404);

  await importHere(page, archive);
  await expect(dialog.getByText("Mover is here")).toBeVisible({ timeout: 30_000 });
  await expect(dialog.getByText("2 people found by e-mail")).toBeVisible();
  await expect(dialog.getByRole("list", { name: "Secrets to set again" })).toHaveText("NPM_TOKEN");
  await dialog.getByRole("link", { name: "Open the project" }).click();
  await expect(page).toHaveURL(new RegExp(`/p/${project.slug}$`));

  expect(await ada.api.run(run)).toEqual(before);
  expect(await bytesOf(ada.api, artifact)).toEqual(PICTURE.buffer);
  const at = new RunPage(page);
  await at.open(project.slug, run);
  await expect(at.log.getByText("built 1.5")).toBeVisible();
});
