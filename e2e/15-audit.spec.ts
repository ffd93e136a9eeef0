import { expect, test } from "@playwright/test";
import { inspectPage } from "./support/inspect-page";
import { browserOf, makePerson, signIn } from "./support/people";

test("an owner finds who changed a role, filters the record, and takes it along; others are told why not", async ({
  page,
  browser,
}) => {
  const owner = await makePerson("Olga", "admin");
  const grace = await makePerson("Grace");
  const project = await owner.api.createProject(`Audited ${owner.email.slice(0, 12)}`);
  const { user_id } = (await owner.api.addMember(project, grace, "member")) as { user_id: string };
  await owner.api.do("PATCH", `/projects/${project.id}/members/${user_id}`, { role: "maintainer" });
  await signIn(page, owner);

  await page.goto(`/p/${project.slug}/settings`);
  await page.getByRole("link", { name: "Audit record" }).click();
  const rows = page.getByRole("list", { name: "Audit record" }).getByRole("listitem");
  await expect(rows).toHaveCount(4);
  await expect(rows.first()).toContainText("members.update");
  await expect(rows.first()).toContainText("Grace (user)");
  await expect(rows.first()).toContainText("Olga");
  await expect(rows.first()).toContainText("rolebefore: memberafter: maintainer");
  await inspectPage(page, test.info().outputPath("record"));

  await page.getByRole("button", { name: "members.add", exact: true }).click();
  await expect(rows).toHaveCount(1);
  const download = page.waitForEvent("download");
  await page.getByRole("link", { name: "Download as CSV" }).click();
  expect((await download).suggestedFilename()).toMatch(/^audit-.*\.csv$/);
  await page.getByLabel("To this day").fill("2020-01-01");
  await expect(page.getByText("Nothing matches")).toBeVisible();
  await page.getByRole("button", { name: "Show everything" }).click();
  await expect(rows).toHaveCount(4);

  // Of everything, sign-ins too.
  await page.goto("/admin/audit?what=sessions");
  await expect(rows.first()).toContainText("sessions.signIn");

  const other = await browserOf(browser, grace);
  await other.page.goto(`/p/${project.slug}/settings/audit`);
  await expect(other.page.getByText("This needs the role owner in the project")).toBeVisible();
  await other.page.goto("/admin/audit");
  await expect(other.page.getByText("Only administrators of this installation can")).toBeVisible();
  await other.context.close();
});
