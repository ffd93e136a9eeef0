import { expect, type Page, test } from "@playwright/test";
import { eq } from "drizzle-orm";
import { workflowRunSteps, workflowRuns } from "../src/db/schema/runs";
import { commitFiles, type Files } from "../src/test/changes";
import { Board } from "./pages/board";
import { ChangesPane } from "./pages/changes";
import { RunPage } from "./pages/run";
import type { Api, Project } from "./support/api";
import { database } from "./support/database";
import { png } from "./support/files";
import { inspectPage } from "./support/inspect-page";
import { browserOf, makePerson, type Person } from "./support/people";

// What its steps left is written by hand below, so they leave nothing by themselves.
const DEFINITION = `name: Edit
workspace: shared
phases: [work]
steps:
  - { id: edit, name: Edit, phase: work, type: script, run: 'true' }
  - { id: polish, name: Polish, phase: work, type: script, run: 'true' }
`;

const lines = (count: number, word = "line") =>
  Array.from({ length: count }, (_, n) => `export const ${word}${n} = compute(${n}, "${word}");\n`).join("");

const FIRST: Files = {
  "src/parse.ts": lines(60),
  "src/old name.ts": lines(30, "name"),
  "src/gone.ts": "gone\nfor good\n",
  "space.ts": "const a  = 1;\n",
  "run.sh": "true\n",
  "logo.png": png("logo.png").buffer,
  "package-lock.json": "{}\n",
};
const SECOND: Files = {
  ...FIRST,
  "src/parse.ts": lines(60).replace("compute(20,", "compute(twenty,").replace("compute(40,", "make(40,"),
};
const { "src/old name.ts": _moved, "src/gone.ts": _gone, ...KEPT } = SECOND;
const THIRD: Files = {
  ...KEPT,
  "src/new name.ts": lines(30, "name").replace("compute(7,", "compute(seven,"),
  "grün ☃.md": "# Hello\n",
  "space.ts": "const a = 1;\n",
  "run.sh": { run: "true\n" },
  "logo.png": png("logo.png", 160, 240).buffer,
  "package-lock.json": `{\n${lines(40, "lock")}}\n`,
};

let person: Person & { api: Api };
let project: Project;
let page: Page;
let run: { id: string };

/** A run that has changed files, though none of its steps did: what they left is written by hand. */
async function makeRun(name: string, snapshots: [Files, Files, Files]): Promise<{ id: string }> {
  const { api } = person;
  const definition = await api
    .do<{ id: string; slug: string }[]>("GET", `/workflows?project_id=${project.id}`)
    .then((all) => all.find(({ slug }) => slug === "edit"));
  const made = definition ?? (await api.createDefinition(project, DEFINITION));
  const started = await api.start(made, name);
  await expect.poll(async () => (await api.run(started.id)).status).toBe("completed");
  const place = { project: { path: project.path } };
  const base = await commitFiles(place, snapshots[0]);
  const first = await commitFiles(place, snapshots[1], base);
  const second = await commitFiles(place, snapshots[2], first);
  const db = await database();
  const { steps } = await api.run(started.id);
  const [edit, polish] = steps;
  await db
    .update(workflowRuns)
    .set({
      ...{
        workspace: "clone",
        base: "main",
        base_commit: base,
        branch: "phaseboard/1-edit",
        snapshot: second,
      },
      ...{ changed_files: 8, added_lines: 1_234, deleted_lines: 36 },
    })
    .where(eq(workflowRuns.id, started.id));
  await db
    .update(workflowRunSteps)
    .set({ snapshot_before: base, snapshot: first })
    .where(eq(workflowRunSteps.id, edit?.id ?? ""));
  await db
    .update(workflowRunSteps)
    .set({ snapshot_before: first, snapshot: second })
    .where(eq(workflowRunSteps.id, polish?.id ?? ""));
  return started;
}

test.beforeAll(async ({ browser }) => {
  person = await makePerson("Dee", "admin");
  project = await person.api.createProject("changes");
  run = await makeRun("Tidy up", [FIRST, SECOND, THIRD]);
  ({ page } = await browserOf(browser, person));
});

test.afterAll(() => page.context().close());

test("shows what a run changed, by file and by step", async () => {
  const changes = new ChangesPane(page);
  await new RunPage(page).open(project.slug, run.id);
  await page.getByRole("button", { name: /1234 lines added/ }).click();
  await expect(page).toHaveURL(/more=changes/);
  await expect(changes.list.getByRole("button")).toHaveCount(8);
  await changes.list.getByRole("button", { name: /parse.ts/ }).click();
  await expect(changes.lines("src/parse.ts", "addition").first()).toContainText("compute(twenty,");
  await expect(changes.lines("src/parse.ts", "deletion")).toHaveCount(2);

  // A lock file is folded, and says so; it opens.
  await changes.list.getByRole("button", { name: /package-lock.json/ }).click();
  await expect(changes.file("package-lock.json")).toContainText("Generated");
  await expect(changes.lines("package-lock.json", "addition")).toHaveCount(0);
  await page.getByRole("button", { name: "Show package-lock.json" }).click();
  await expect(changes.lines("package-lock.json", "addition").first()).toBeVisible();

  // Pictures stand side by side.
  await changes.list.getByRole("button", { name: /logo.png/ }).click();
  const pictures = changes.file("logo.png").getByRole("img");
  await expect(pictures).toHaveCount(2);
  await expect
    .poll(() => pictures.last().evaluate((image: HTMLImageElement) => image.naturalWidth))
    .toBeGreaterThan(0);

  await changes.list.getByRole("button", { name: /new name.ts/ }).click();
  await expect(changes.file("src/new name.ts")).toContainText("Renamed from src/old name.ts");

  // White space that does not count.
  await changes.list.getByRole("button", { name: /space.ts/ }).click();
  await expect(changes.lines("space.ts", "addition")).toHaveCount(1);
  await changes.tool("Hide changes of white space").click();
  await expect(changes.file("space.ts")).toContainText("Nothing but white space changed.");
  await changes.tool("Hide changes of white space").click();

  await page.getByRole("combobox", { name: "Show" }).click();
  await page.getByRole("option", { name: "Edit" }).click();
  await expect(changes.list.getByRole("button")).toHaveCount(1);
  await expect(page).toHaveURL(/on=edit/);
});

test("remembers how it is read, and what was looked at", async () => {
  const changes = new ChangesPane(page);
  await changes.open(project.slug, run.id, "&file=src/parse.ts");
  await changes.tool("Side by side").click();
  await expect(changes.file("src/parse.ts").locator("[data-diff-type=split]")).toBeVisible();
  await page.getByRole("checkbox", { name: "Viewed: src/parse.ts" }).check();
  await expect(changes.root).toContainText("1 of 8 viewed");
  await expect(changes.lines("src/parse.ts", "addition")).toHaveCount(0);
  await page.reload();
  await expect(changes.root).toContainText("1 of 8 viewed");
  await expect(page.getByRole("checkbox", { name: "Viewed: src/parse.ts" })).toBeChecked();
  await expect(changes.tool("One column")).toBeVisible();
  await changes.tool("One column").click();
  await page.getByRole("checkbox", { name: "Viewed: src/parse.ts" }).uncheck();
});

test("goes from file to file by key, has a link to each, and shows what is around a change", async () => {
  const changes = new ChangesPane(page);
  await changes.open(project.slug, run.id);
  await expect(changes.lines("grün ☃.md", "addition").first()).toBeVisible();
  await page.keyboard.press("]");
  await page.keyboard.press("]");
  await expect(page).toHaveURL(/file=/);
  await page.keyboard.press("[");
  await changes.open(project.slug, run.id, "&file=src/parse.ts");
  const around = changes.file("src/parse.ts").locator("[data-line]").filter({ hasText: "line5 " });
  await expect(changes.lines("src/parse.ts", "addition").first()).toBeInViewport();
  await expect(around).toHaveCount(0);
  await changes.file("src/parse.ts").locator("[data-expand-button]").first().click();
  await expect(around.first()).toBeVisible();
});

test("is there at both widths, light and dark, and on the card", async () => {
  const changes = new ChangesPane(page);
  await changes.open(project.slug, run.id, "&file=src/parse.ts");
  await expect(changes.lines("src/parse.ts", "addition").first()).toBeVisible();
  await inspectPage(page, "test-results/pictures/changes");
  await changes.tool("Side by side").click();
  await expect(changes.file("src/parse.ts").locator("[data-diff-type=split]")).toBeVisible();
  await inspectPage(page, "test-results/pictures/changes-split");
  await changes.tool("One column").click();
  await page.setViewportSize({ width: 390, height: 844 });
  await changes.tool("Show the list of files").click();
  await inspectPage(page, "test-results/pictures/changes-list");
  await changes.list.getByRole("button", { name: /parse.ts/ }).click();
  await expect(changes.lines("src/parse.ts", "addition").first()).toBeVisible();
  await page.setViewportSize({ width: 1440, height: 900 });
  await new Board(page).open(project.slug);
  await page.screenshot({ path: "test-results/pictures/changes-card.png" });
});

test("says why there is nothing to see", async () => {
  const { api } = person;
  const [definition] = await api.do<{ id: string }[]>("GET", `/workflows?project_id=${project.id}`);
  const shared = await api.start(definition ?? { id: "" }, "Shared");
  await expect.poll(async () => (await api.run(shared.id)).status).toBe("completed");
  await page.goto(`/p/${project.slug}/runs/${shared.id}?more=changes&tall=1`);
  await expect(page.getByText("The run worked in the project's own folder")).toBeVisible();
  await (await database())
    .update(workflowRuns)
    .set({ workspace: "clone", base_commit: "1".repeat(40), snapshot: "2".repeat(40) })
    .where(eq(workflowRuns.id, shared.id));
  await page.reload();
  await expect(page.getByText("The run's snapshots are gone")).toBeVisible();
  await inspectPage(page, "test-results/pictures/changes-gone");
});

test("500 files with 20,000 lines and a lock file of 30,000 are readable soon and scroll without a blank", async () => {
  test.setTimeout(180_000);
  const before: Files = Object.fromEntries(
    Array.from({ length: 499 }, (_, n) => [`src/part-${n % 20}/file-${n}.ts`, lines(80, `f${n}_`)]),
  );
  const after: Files = Object.fromEntries(
    Object.entries(before).map(([path, text]) => [
      path,
      String(text).replaceAll(/compute\((\d*[05]|\d*[1]),/g, "make($1,"),
    ]),
  );
  const lock = { "package-lock.json": lines(15_000, "old") };
  const large = await makeRun("Large", [
    { ...before, ...lock },
    { ...before, ...lock },
    { ...after, "package-lock.json": lines(15_000, "new") },
  ]);
  const changes = new ChangesPane(page);
  await new RunPage(page).open(project.slug, large.id);
  // Its code is loaded, as it is for whoever has looked at changes before.
  const began = Date.now();
  await page.getByRole("button", { name: /lines added/ }).click();
  await expect(changes.root.locator("[data-line][data-line-type=change-addition]").first()).toBeVisible();
  const took = Date.now() - began;
  process.stdout.write(`  changes readable after ${took} ms\n`);
  await expect(changes.root).toContainText("500 files");
  await expect.poll(() => changes.list.getByRole("button").count()).toBeGreaterThan(20);
  let blanks = 0;
  for (let step = 0; step < 60; step++) blanks += await changes.scroll(step < 40 ? 700 : 9_000);
  expect(blanks, "points that showed nothing").toBe(0);

  await page.goto(`/p/${project.slug}/runs/${large.id}?more=changes&tall=1&file=package-lock.json`);
  const opened = Date.now();
  await page.getByRole("button", { name: "Show package-lock.json" }).click();
  await expect(changes.lines("package-lock.json", "deletion").first()).toBeVisible();
  process.stdout.write(`  a lock file of 30,000 lines after ${Date.now() - opened} ms\n`);
  for (let step = 0; step < 30; step++) blanks += await changes.scroll(20_000);
  expect(blanks, "points that showed nothing").toBe(0);
});
