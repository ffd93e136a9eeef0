import { expect, test } from "@playwright/test";
import { sql } from "drizzle-orm";
import { database } from "./support/database";
import { inspectPage } from "./support/inspect-page";
import { browserOf, makePerson, signIn } from "./support/people";

const SOURCE = "name: Nightly\nphases: [a]\nsteps: [{ id: a, type: script, run: 'true' }]\n";
/** The sweeper looks for a changed retention every ten seconds. */
const SWEPT_MS = 40_000;

test("what a retention removes is said before it is saved, goes from open pages, and a pinned run stays", async ({
  page,
  browser,
}) => {
  const owner = await makePerson("Rita", "admin");
  const viewer = await makePerson("Victor");
  const project = await owner.api.createProject(`Kept ${owner.email.slice(0, 12)}`);
  await owner.api.addMember(project, viewer, "viewer");
  const definition = await owner.api.createDefinition(project, SOURCE);
  const runs = [];
  for (const name of ["Old and dear", "Old", "New"]) {
    const { id } = await owner.api.start(definition, name);
    await expect.poll(async () => (await owner.api.run(id)).status).toBe("completed");
    runs.push(id);
  }
  const [dear, old] = runs;
  await (await database()).execute(sql`
    update workflow_runs set created_at = now() - interval '101 days', completed_at = now() - interval '100 days'
    where id in (${dear}, ${old})`);
  // A run that stays loses its files sooner.
  await owner.api.upload(runs[2] ?? "", "a", {
    name: "report.txt",
    mimeType: "text/plain",
    buffer: Buffer.from("kept"),
  });
  await signIn(page, owner);

  // A pin, by the menu of the run's page; the table can be kept to pinned ones.
  await page.goto(`/p/${project.slug}/runs/${dear}`);
  await page.getByRole("button", { name: "Actions for Old and dear" }).click();
  await page.getByRole("menuitem", { name: "Pin, to keep it" }).click();
  await expect(page.getByText("Pinned", { exact: true })).toBeAttached();
  const other = await browserOf(browser, viewer);
  await other.page.goto(`/p/${project.slug}/runs`);
  const rows = other.page.getByRole("list", { name: "Runs, newest first" }).getByRole("listitem");
  await expect(rows).toHaveCount(3);
  await other.page.getByRole("button", { name: "Pinned" }).click();
  await expect(rows).toHaveCount(1);
  await expect(rows).toContainText("Old and dear");
  await other.page.getByRole("button", { name: "Pinned" }).click();
  await expect(rows).toHaveCount(3);

  await page.goto(`/p/${project.slug}/settings/storage`);
  const retention = page.getByRole("region", { name: "Retention" });
  await retention.getByLabel("Runs", { exact: true }).fill("90");
  await expect(retention.getByText("Must be days or hours")).toBeVisible();
  await expect(retention.getByRole("button", { name: "Save" })).toBeDisabled();
  await retention.getByLabel("Runs", { exact: true }).fill("90d");
  await expect(retention.getByRole("status")).toContainText("Removes 1 run");
  await inspectPage(page, test.info().outputPath("retention"));
  await retention.getByRole("button", { name: "Save" }).click();
  const asked = page.getByRole("alertdialog");
  await expect(asked).toContainText("1 run will be removed for good");
  await asked.getByRole("button", { name: "Save and remove" }).click();
  await expect(page.getByText("Retention saved")).toBeVisible();

  await expect(rows).toHaveCount(2, { timeout: SWEPT_MS });
  await expect(rows.filter({ hasText: "Old and dear" })).toHaveCount(1);
  expect((await owner.api.ask("GET", `/workflow-executions/${old}`)).status).toBe(404);

  // What is gone says so.
  await (await database()).execute(sql`
    update workflow_runs set created_at = now() - interval '41 days', completed_at = now() - interval '40 days'
    where id = ${runs[2]}`);
  await (await database()).execute(sql`
    update workflow_run_step_attempts set started_at = now() - interval '40 days', completed_at = now() - interval '40 days'
    where workflow_run_step_id in (select id from workflow_run_steps where workflow_run_id = ${runs[2]})`);
  await (await database()).execute(sql`
    update workflow_artifacts set created_at = now() - interval '40 days' where workflow_run_step_id in (
      select id from workflow_run_steps where workflow_run_id = ${runs[2]})`);
  await owner.api.do("PATCH", `/projects/${project.id}`, {
    retention: { runs: "90d", logs: "30d", artifacts: "30d" },
  });
  await other.page.goto(`/p/${project.slug}/runs/${runs[2]}?more=artifacts`);
  await expect(other.page.getByText("Removed by retention", { exact: true })).toBeVisible({
    timeout: SWEPT_MS,
  });
  await other.page.reload();
  await expect(other.page.getByText("Log removed by retention").first()).toBeVisible();
  await other.page.getByRole("button", { name: "report.txt" }).first().click();
  await expect(other.page.getByText("Removed by the project's retention")).toBeVisible();

  await other.page.goto(`/p/${project.slug}/settings/storage`);
  const storage = other.page.getByRole("region", { name: "Storage" });
  await expect(storage.getByRole("list", { name: "Storage by definition" })).toContainText("2 runs");
  const facts = other.page.getByRole("region", { name: "Retention" });
  await expect(facts.getByText("90d")).toBeVisible();
  await expect(facts.getByRole("button", { name: "Save" })).toHaveCount(0);
  await other.context.close();

  await page.goto("/admin/storage");
  const installation = page.getByRole("region", { name: "Retention" });
  await installation.getByLabel("Newest runs of each definition that stay").fill("50");
  await expect(installation.getByRole("status")).toContainText("Nothing goes by it now.");
});
