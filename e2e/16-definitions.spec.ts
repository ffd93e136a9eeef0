import { expect, test } from "@playwright/test";
import { inspectPage } from "./support/inspect-page";
import { makePerson, signIn } from "./support/people";

const SOURCE = `name: Ship
phases: [build, test, publish]
on: { schedule: [{ cron: "0 7 * * *", timezone: Europe/Berlin }] }
steps:
  - { id: build, name: Build the package, phase: build, type: script, run: "true" }
  - id: unit
    name: Unit tests
    phase: test
    type: script
    run: test -f passed || { touch passed; exit 1; }
    retry: { attempts: 2, delay: 100ms }
  - { id: lint, name: Lint, phase: test, type: script, run: "true", needs: [build] }
  - { id: publish, name: Publish, phase: publish, type: script, run: "true", needs: [unit, lint] }
`;

const REVIEWED = `name: Reviewed
phases: [work, check]
steps:
  - { id: write, name: Write it, phase: work, type: script, run: "true" }
  - { id: test, name: Test it, phase: work, type: script, run: "true" }
  - { id: read, name: Read it, phase: work, type: approval, prompt: Is it right?, rework: write }
  - { id: lint, name: Lint it, phase: check, type: script, run: "true" }
  - { id: agree, name: Agree, phase: check, type: approval, prompt: Agreed?, rework: test }
`;

test("a definition's page says how it does, and its revisions are opened, compared and restored", async ({
  page,
}) => {
  const owner = await makePerson("Dora", "admin");
  const project = await owner.api.createProject(`Life ${owner.email.slice(0, 12)}`);
  const definition = await owner.api.createDefinition(project, SOURCE);
  const path = `/workflows/${definition.id}`;
  const runs = [await owner.api.start(definition, "First"), await owner.api.start(definition, "Second")];
  await signIn(page, owner);
  await page.goto(`/p/${project.slug}/definitions/${definition.slug}`);
  const figures = page.getByRole("region", { name: "How it does" });
  // It is read again by itself as runs end.
  await expect(figures.getByText("2 of 2", { exact: true })).toBeVisible({ timeout: 30_000 });
  await expect(page.getByRole("region", { name: "Flaky steps" })).toContainText("Unit tests1 of 2 runs");
  const drawing = page.getByRole("region", { name: "Phases and steps" });
  await expect(drawing.getByText("After Unit tests, Lint")).toBeAttached();
  await expect(page.getByRole("region", { name: "Next times" }).getByRole("listitem")).toHaveCount(5);
  await inspectPage(page, test.info().outputPath("overview"));
  const bars = figures.getByRole("group", { name: "Durations of the runs" });
  await bars.getByRole("link", { name: "#2 Second" }).focus();
  await page.keyboard.press("ArrowLeft");
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(new RegExp(`/runs/${runs[0]?.id}`));

  // What goes back for changes is drawn.
  const reviewed = await owner.api.createDefinition(project, REVIEWED);
  await page.goto(`/p/${project.slug}/definitions/${reviewed.slug}`);
  await expect(drawing.getByText("After Test it. Requested changes go back to Write it")).toBeAttached();
  await expect(drawing.locator("path[stroke-dasharray]")).toHaveCount(2);
  await inspectPage(page, test.info().outputPath("reviewed"));

  await owner.api.do("PUT", path, { source: SOURCE.replace("name: Lint", "name: Style") });
  await page.goto(`/p/${project.slug}/definitions/${definition.slug}?tab=revisions`);
  const revision = page.getByRole("region", { name: "Revision 2" });
  await expect(revision.getByText("From r1 to r2")).toBeVisible();
  await expect(revision.getByText("Style").first()).toBeVisible();
  await inspectPage(page, test.info().outputPath("revisions"));
  await page.getByRole("list", { name: "Revisions" }).getByRole("button", { name: /^r1/ }).click();
  await expect(page.getByRole("region", { name: "Source of revision 1" })).toContainText("Lint");
  await page.getByRole("button", { name: "Restore r1" }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Restore r1" }).click();
  await expect(page.getByText("r1 is restored as r3")).toBeVisible();
  const { source } = await owner.api.do<{ source: string }>("GET", path);
  expect(source).toBe(SOURCE);
});

test("a definition is disabled and enabled, renamed and copied, and its badge is shown where that is wanted", async ({
  page,
  request,
}) => {
  const owner = await makePerson("Dirk", "admin");
  const project = await owner.api.createProject(`Names ${owner.email.slice(0, 12)}`);
  await owner.api.createDefinition(project, SOURCE);
  await signIn(page, owner);
  const root = `/p/${project.slug}/definitions`;
  await page.goto(`${root}/ship`);
  const menu = async (item: string) => {
    await page.getByRole("button", { name: "More" }).click();
    await page.getByRole("menuitem", { name: item }).click();
  };
  await menu("Disable");
  await page.getByRole("alertdialog").getByRole("button", { name: "Disable" }).click();
  const banner = page.getByRole("region", { name: "Disabled" });
  await expect(banner).toContainText("Disabled by Dirk");
  await expect(page.getByRole("button", { name: "Start" })).toHaveCount(0);
  await expect(page.getByRole("region", { name: "Next times" })).toHaveCount(0);
  await inspectPage(page, test.info().outputPath("disabled"));
  await banner.getByRole("button", { name: "Enable" }).click();
  await expect(banner).toHaveCount(0);
  await expect(page.getByRole("region", { name: "Next times" })).toBeVisible();

  await menu("Rename");
  await page.getByRole("textbox", { name: "Name" }).fill("Ship it");
  await expect(page.getByRole("textbox", { name: "File" })).toHaveValue("ship-it");
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(new RegExp(`${root}/ship-it$`));
  await expect(page.getByRole("heading", { name: "Ship it", level: 1 })).toBeVisible();

  const badge = page.getByRole("region", { name: "Badge" });
  await badge.getByRole("switch").click();
  await expect(badge.getByText("The name and the last result")).toBeVisible();
  const picture = badge.getByRole("img", { name: "Status of Ship it" });
  await expect(picture).toHaveAttribute("src", /\?key=/);
  const width = () => picture.evaluate((image: HTMLImageElement) => image.naturalWidth);
  await expect.poll(width, "the picture is there").toBeGreaterThan(50);
  const seen = await request.get((await picture.getAttribute("src")) ?? "");
  expect([seen.status(), await seen.text()]).toEqual([200, expect.stringContaining("Ship it: no runs")]);

  await menu("Duplicate");
  await expect(page.getByRole("textbox", { name: "Name" })).toHaveValue("Ship it copy");
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(new RegExp(`${root}/ship-it-copy$`));
  await expect(page.getByRole("region", { name: "Triggers" }).getByRole("switch")).not.toBeChecked();
});
