import { access, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "@playwright/test";
import { Board } from "./pages/board";
import { RunPage } from "./pages/run";
import type { Project } from "./support/api";
import { makePerson, signIn } from "./support/people";

const SLOW = `name: Slow
phases: [one, two, three]
steps:
  - { id: first, phase: one, type: script, run: 'echo first >> ran; echo begun; until [ -e go ]; do sleep 0.05; done; echo over' }
  - { id: second, phase: two, type: script, run: 'echo second >> ran; [ -e mended ] || { echo it is broken >&2; exit 3; }' }
  - { id: third, phase: three, type: script, run: 'echo third >> ran' }
`;

/** A script that ignores SIGTERM and leaves a grandchild, in a session of its own, that ignores it too. */
const STUBBORN = `name: Stubborn
phases: [work]
steps:
  - id: hold
    type: script
    run: |
      trap '' TERM
      setsid sh -c 'trap "" TERM; while :; do echo alive > grandchild; sleep 0.1; done' &
      echo begun
      while :; do sleep 0.1; done
`;

const WAIT = `name: Wait
phases: [work]
steps:
  - { id: hold, phase: work, type: script, run: 'sleep 600' }
`;

let person: Awaited<ReturnType<typeof makePerson>>;
let project: Project;

test.beforeAll(async () => {
  person = await makePerson("Grace", "admin");
  project = await person.api.createProject(`Control ${person.email.slice(0, 12)}`);
});

test("pause lets the step finish and starts no other; resume goes on; a failed step is retried", async ({
  page,
}) => {
  const definition = await person.api.createDefinition(project, SLOW);
  const { id } = await person.api.start(definition, "Careful");
  await signIn(page, person);
  const run = new RunPage(page);
  await run.open(project.slug, id);
  await expect(run.log).toContainText("begun");

  await run.button("Pause").click();
  await expect(run.button("Resume")).toBeVisible();
  expect((await person.api.run(id)).steps.map((step) => step.status)).toEqual([
    "running",
    "pending",
    "pending",
  ]);
  await touch("go");
  await expect(run.log).toContainText("over");
  await expect
    .poll(async () => (await person.api.run(id)).steps.map((step) => step.status))
    .toEqual(["completed", "pending", "pending"]);
  expect(await ran()).toEqual(["first"]);

  await run.button("Resume").click();
  await expect(page.getByRole("alert").filter({ hasText: "code 3" })).toBeVisible();
  await expect(run.log).toContainText("it is broken");

  await touch("mended");
  await run.button(/^Retry from second/).click();
  const asked = page.getByRole("alertdialog", { name: /from second\?$/ });
  await expect(asked).toContainText("Run anew: second.");
  await expect(asked).toContainText("Kept: first.");
  await asked.getByRole("button", { name: "Retry from second" }).click();
  await expect.poll(async () => (await person.api.run(id)).status).toBe("completed");
  await expect(page.getByRole("heading", { level: 1 }).locator("xpath=..")).toContainText(/Careful/);
  expect(await ran()).toEqual(["first", "second", "second", "third"]);
});

test("cancel ends a tree that ignores SIGTERM", async ({ page }) => {
  const definition = await person.api.createDefinition(project, STUBBORN);
  const { id } = await person.api.start(definition, "Hold");
  await signIn(page, person);
  const run = new RunPage(page);
  await run.open(project.slug, id);
  await expect(run.log).toContainText("begun");
  await run.cancel();
  await expect(page.getByRole("alert").filter({ hasText: "Cancelled by Grace" })).toBeVisible();
  await expect.poll(isGrandchildAlive, { timeout: 30_000, intervals: [500] }).toBe(false);
});

test("a cancelled card goes to those that ended recently, and many are cancelled in the table", async ({
  page,
}) => {
  const definition = await person.api.createDefinition(project, WAIT);
  for (const name of ["Leaves \u202enow", "Goes one", "Goes two"]) await person.api.start(definition, name);
  await signIn(page, person);
  const board = new Board(page);
  await board.open(project.slug, definition.slug);
  // A character that reverses text direction is shown as a visible mark.
  const leaves = "Leaves ⟨U+202E⟩now";
  await board.card(leaves).hover();
  await board
    .card(leaves)
    .getByRole("button", { name: `Actions for ${leaves}` })
    .click();
  await page.getByRole("menuitem", { name: /^Cancel/ }).click();
  await page.getByRole("button", { name: "Cancel the run" }).click();
  const toast = page.getByText(/^Leaves ⟨U\+202E⟩now #\d+ is cancelled$/);
  await expect(toast).toBeVisible();
  const number = /#\d+/.exec((await toast.textContent()) ?? "")?.[0] ?? "";
  await expect(page.getByRole("link", { name: "Show cancelled runs" })).toBeVisible();
  await expect(board.column("Recently ended").getByRole("link", { name: leaves })).toBeVisible();
  await page.keyboard.press("ControlOrMeta+k");
  await page.getByRole("combobox", { name: "Search commands" }).fill(number);
  await expect(page.getByRole("option", { name: `${leaves} ${number}`, exact: true })).toBeVisible();
  await page.keyboard.press("Escape");
  await page.getByRole("link", { name: "1 cancelled" }).click();
  await expect(page.getByRole("link", { name: leaves, exact: true })).toBeVisible();

  await page.goto(`/p/${project.slug}/runs?definition=${definition.slug}`);
  await page.getByRole("link", { name: "Goes two", exact: true }).focus();
  await page.keyboard.press("x");
  await page.keyboard.press("j");
  await page.keyboard.press("Shift+X");
  await page.getByRole("button", { name: "Cancel selected" }).click();
  await page.getByRole("button", { name: "Cancel 2 runs" }).click();
  await expect(page.getByText("2 cancelled", { exact: true })).toBeVisible();

  await person.api.start(definition, "Goes three");
  await page.getByRole("button", { name: "Cancel all that match" }).click();
  await page.getByRole("button", { name: "Cancel 1 run" }).click();
  await expect(page.getByText("1 cancelled", { exact: true })).toBeVisible();

  await page.getByRole("link", { name: "Goes three", exact: true }).focus();
  await page.keyboard.press("x");
  await expect(page.getByText("1 selected")).toBeVisible();
  // The keys of the selection come right behind its bar; until then they are those of the run in focus.
  await page.waitForTimeout(300);
  await page.keyboard.press("Shift+Z");
  await expect(page.getByText("1 run archived")).toBeVisible();
});

/** The grandchild writes its file ten times a second. */
async function isGrandchildAlive(): Promise<boolean> {
  const file = join(project.path, "grandchild");
  await rm(file, { force: true });
  await new Promise((resolve) => setTimeout(resolve, 400));
  return access(file).then(
    () => true,
    () => false,
  );
}

async function touch(name: string): Promise<void> {
  await writeFile(join(project.path, name), "");
}

async function ran(): Promise<string[]> {
  return (await readFile(join(project.path, "ran"), "utf8")).trim().split("\n");
}
