import { expect, type Locator, type Page, test } from "@playwright/test";
import type { Project } from "./support/api";
import { browserOf, makePerson } from "./support/people";
import { server } from "./support/server";

async function statusOf(token: string, method: string, path: string, body?: object): Promise<number> {
  const answer = await fetch(`${server.url}/api${path}`, {
    method,
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
    ...(body && { body: JSON.stringify(body) }),
  });
  return answer.status;
}

const choose = async (page: Page, field: string, option: string) => {
  await page.getByRole("dialog").getByRole("combobox", { name: field }).click();
  await page.getByRole("option", { name: option, exact: true }).click();
};

/** Fills the dialog, and gives the token that it shows, by its button to copy. */
async function makeToken(page: Page, name: string, may: string, project?: string): Promise<string> {
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Name").fill(name);
  await choose(page, "May", may);
  if (project) await choose(page, "For", project);
  await dialog.getByRole("button", { name: "Create token" }).click();
  await expect(dialog.getByText("it is shown this once")).toBeVisible();
  await dialog.getByRole("button", { name: "Copy token" }).click();
  const token = await page.evaluate(() => navigator.clipboard.readText());
  expect(await dialog.getByLabel("Token", { exact: true }).inputValue()).toBe(token);
  await dialog.getByRole("button", { name: "I have copied it" }).click();
  await expect(dialog).toHaveCount(0);
  return token;
}

/** A token's row says what it may and how long, and nothing on the page is the token. */
async function expectListed(page: Page, list: string, token: string, ...words: string[]): Promise<Locator> {
  const row = page
    .getByRole("list", { name: list })
    .getByRole("listitem")
    .filter({ hasText: words[0] ?? "" });
  for (const word of [...words, `${token.slice(0, 8)}…`, "expires"]) await expect(row).toContainText(word);
  expect(await page.content()).not.toContain(token);
  return row;
}

async function revoke(page: Page, name: string): Promise<void> {
  await page.getByRole("button", { name: `Revoke ${name}` }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Revoke token" }).click();
  await expect(page.getByRole("alertdialog")).toHaveCount(0);
}

const startIn = (project: Project, definition: { id: string }) =>
  ["POST", `/workflows/${definition.id}/execute`, { name: `Run of ${project.slug}` }] as const;

test("tokens of a person and of a machine are shown once, do what they may, and nothing once they ended", async ({
  browser,
}) => {
  const ada = await makePerson("Ada", "admin");
  const [site, other] = [
    await ada.api.createProject("Tokens here"),
    await ada.api.createProject("Tokens there"),
  ];
  const definition = await ada.api.createDefinition(
    site,
    "name: Quick\nphases: [a]\nsteps: [{ id: a, phase: a, type: script, run: 'true' }]\n",
  );
  const { page, context } = await browserOf(browser, ada);
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);

  // Their own, for one project and to read alone.
  await page.goto("/account");
  await page.getByRole("button", { name: "New token" }).click();
  const own = await makeToken(page, "dashboard", "Read", "Tokens here");
  await expect(page.getByRole("button", { name: "New token" })).toBeFocused();
  const row = await expectListed(page, "API tokens", own, "dashboard", "reads", "Tokens here", "never used");
  expect(await statusOf(own, "GET", `/projects/${site.id}`)).toBe(200);
  expect(await statusOf(own, "GET", `/projects/${other.id}`)).toBe(403);
  expect(await statusOf(own, ...startIn(site, definition))).toBe(403);
  await page.reload();
  await expect(row).toContainText("used");
  await expect(row).not.toContainText("never used");
  await revoke(page, "dashboard");
  await expect(row).toContainText("Revoked");
  await expect(page.getByRole("button", { name: "Revoke dashboard" })).toHaveCount(0);
  expect(await statusOf(own, "GET", `/projects/${site.id}`)).toBe(401);

  // The machine's, which runs and comments but changes nothing.
  await page.goto(`/p/${site.slug}/settings/members`);
  await page.getByRole("button", { name: "New machine token" }).click();
  await expect(page.getByRole("dialog").getByRole("combobox", { name: "For" })).toHaveCount(0);
  const machine = await makeToken(page, "CI", "Read, run and comment");
  await expectListed(page, "Machine tokens", machine, "CI", "reads and runs");
  expect(await statusOf(machine, ...startIn(site, definition))).toBe(201);
  expect(await statusOf(machine, "PATCH", `/projects/${site.id}`, { name: "Mine" })).toBe(403);
  expect(await statusOf(machine, "GET", `/projects/${other.id}`)).toBe(403);
  await revoke(page, "CI");
  expect(await statusOf(machine, "GET", `/projects/${site.id}`)).toBe(401);
  await context.close();
});
