import { expect, test } from "@playwright/test";
import { sql } from "drizzle-orm";
import { Discussion } from "./pages/discussion";
import { RunPage } from "./pages/run";
import type { Project } from "./support/api";
import { database } from "./support/database";
import { inspectPage } from "./support/inspect-page";
import { browserOf, makePerson } from "./support/people";

const CHECK = `name: Check
phases: [work]
steps:
  - { id: check, phase: work, type: script, run: 'test -e fixed || { echo "3 tests failed" >&2; exit 1; }; rm fixed' }
`;

type Person = Awaited<ReturnType<typeof makePerson>>;
let ida: Person;
let max: Person;
let project: Project;

test.beforeAll(async () => {
  [ida, max] = [await makePerson("Ida", "admin"), await makePerson("Max")];
  project = await ida.api.createProject(`News ${ida.email.slice(0, 12)}`);
  await ida.api.addMember(project, max, "member");
});

test("failures, mentions and answers come to the inbox as they happen, and leave it by keys", async ({
  browser,
}, info) => {
  const { page, context } = await browserOf(browser, max);
  const rail = page.getByRole("navigation", { name: "Projects" });
  await page.goto("/inbox");
  await expect(page.getByText("Nothing waits for you")).toBeVisible();
  await expect(page.getByText("live", { exact: true })).toBeVisible();

  const definition = await ida.api.createDefinition(project, CHECK);
  const { id } = await max.api.start(definition, "Nightly 7");
  const list = page.getByRole("list", { name: /^What waits for you/ });
  const row = (words: string) => list.getByRole("listitem").filter({ hasText: words });
  await expect(row("Your run failed")).toContainText("Nightly 7");
  await expect(page).toHaveTitle(/^\(1\) Inbox/);
  await expect(page.locator('link[rel="icon"]').first()).toHaveAttribute("href", /^data:image\/svg/);
  await expect(rail.getByRole("link", { name: /^Inbox/ })).toHaveAccessibleName(/1 waits for you/);

  const other = await browserOf(browser, ida);
  await new RunPage(other.page).open(project.slug, id);
  const discussion = new Discussion(other.page);
  await discussion.open("Comments");
  await discussion.field.pressSequentially("Look, @ma");
  await expect(other.page.getByRole("option", { name: "Max" })).toBeVisible();
  await discussion.field.press("Enter");
  await expect(discussion.field).toHaveValue("Look, @Max ");
  await discussion.field.pressSequentially("again");
  await discussion.send();
  await expect(discussion.comment("Look, @Max again")).toBeVisible();
  const [comment] = await ida.api.do<{ text: string }[]>("GET", `/workflow-executions/${id}/comments`);
  expect(comment?.text).toMatch(/^Look, <@[a-z0-9]+> again$/);
  await other.context.close();

  await expect(row("Ida mentioned you")).toContainText("Look, @Max again");
  await expect(page).toHaveTitle(/^\(2\) Inbox/);
  await inspectPage(page, info.outputPath("inbox"));

  await page.keyboard.press("j");
  await expect(row("Ida mentioned you").getByRole("link")).toBeFocused();
  await page.keyboard.press("s");
  await expect(row("Ida mentioned you")).toHaveCount(0);
  await expect(row("Your run failed").getByRole("link"), "the next row has the focus").toBeFocused();
  await page.keyboard.press("u");
  await expect(page).toHaveTitle(/^Inbox/);
  await page.keyboard.press("?");
  await expect(page.getByRole("dialog").getByText("Snooze until tomorrow, 9:00")).toBeVisible();
  await page.keyboard.press("Escape");
  await page.getByRole("tab", { name: "Snoozed" }).click();
  await expect(page.getByRole("list", { name: /^What you snoozed/ })).toContainText("Ida mentioned you");
  await page.getByRole("tab", { name: "Open" }).click();

  // The retry succeeds, and what failed is no news any more.
  await max.api.do("POST", `/workflow-executions/${id}/comments`, { text: "Mended" });
  const { writeFile } = await import("node:fs/promises");
  await writeFile(`${project.path}/fixed`, "");
  await max.api.do("POST", `/workflow-executions/${id}/retry`, {});
  await expect(row("Your run is done")).toBeVisible();
  await expect(row("Your run failed")).toHaveCount(0);
  await row("Your run is done").getByRole("link").focus();
  await page.keyboard.press("e");
  await expect(page.getByText("Nothing waits for you")).toBeVisible();
  await context.close();
});

test("a run's page says who else is there, and the board what changed since one looked", async ({
  browser,
}) => {
  const definition = await ida.api.createDefinition(project, CHECK.replace("name: Check", "name: Later"));
  const first = await max.api.start(definition, "Seen by two");
  const [mine, theirs] = [await browserOf(browser, max), await browserOf(browser, ida)];
  await new RunPage(mine.page).open(project.slug, first.id);
  await theirs.page.goto(`/p/${project.slug}/runs/${first.id}?step=check`);
  await expect(mine.page.getByText("· 2 here")).toBeVisible();
  await expect(mine.page.getByRole("img", { name: "Here now: Ida, at check" })).toBeVisible();
  await theirs.page.goto(`/p/${project.slug}`);
  await expect(mine.page.getByText("· 2 here")).toHaveCount(0);

  const since = theirs.page.getByRole("complementary", { name: "Since you looked" });
  await expect(theirs.page.getByText("live", { exact: true })).toBeVisible();
  await expect(since, "at the first visit nothing is new").toHaveCount(0);
  const db = await database();
  const noted = sql`select from looks where subject = ${project.id}`;
  await expect.poll(async () => (await db.execute(noted)).rows.length).toBe(1);
  await db.execute(sql`
    update looks set seen_at = now() - interval '1 hour' where project_id = ${project.id}`);
  await max.api.start(definition, "While away");
  await expect.poll(async () => (await max.api.run(first.id)).status).toBe("failed");
  await theirs.page.reload();
  await expect(since).toContainText(/\d new/);
  await since.getByRole("button", { name: "Close the line" }).click();
  await expect(since).toHaveCount(0);
  for (const { context } of [mine, theirs]) await context.close();
});

test("without a server the page stays, says so, and goes where one clicked once there is one", async ({
  browser,
}) => {
  const { page, context } = await browserOf(browser, max);
  await page.goto(`/p/${project.slug}/settings`);
  await expect(page.getByText("live", { exact: true })).toBeVisible();
  await context.setOffline(true);
  const runs = page
    .getByRole("navigation", { name: "Project", exact: true })
    .getByRole("link", { name: "Runs" });
  await runs.click();
  await expect(page.getByText(/The server (does not answer|has not answered since)/)).toBeVisible({
    timeout: 5_000,
  });
  await expect(runs, "the page is still there").toBeVisible();
  await context.setOffline(false);
  await expect(
    page.getByRole("heading", { level: 1, name: "Runs" }).or(page.getByRole("table")),
  ).toBeVisible();
  await expect(page).toHaveURL(/\/runs$/);
  await expect(page.getByText(/The server (does not answer|has not answered since)/)).toHaveCount(0);
  await context.close();
});
