import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "@playwright/test";
import { Board } from "./pages/board";
import { RunPage } from "./pages/run";
import type { Project } from "./support/api";
import { makePerson, signIn } from "./support/people";

/** A linter that is tolerated, and tests that print 600 lines behind what is wrong. */
const CHECKED = `name: Checked
phases: [check, end]
args_schema:
  type: object
  properties:
    zone: { type: string, default: north }
    amount: { type: integer, default: 3 }
steps:
  - { id: lint, phase: check, type: script, continue_on_error: true, run: 'echo "src/a.ts(1,1): error TS1: of no matter"; exit 1' }
  - id: unit
    phase: check
    type: script
    run: |
      [ -e mended ] && { seq 600; exit 0; }
      seq 40
      echo "src/round.ts(5,3): error TS2304: Cannot find name half."
      seq 200
      echo "src/round.ts(9,3): error TS2304: Cannot find name even."
      seq 600
      exit 2
  - { id: publish, phase: end, type: script, run: 'echo published' }
`;

let person: Awaited<ReturnType<typeof makePerson>>;
let project: Project;

test.beforeAll(async () => {
  person = await makePerson("Nora", "admin");
  project = await person.api.createProject(`Why ${person.email.slice(0, 12)}`);
});

test("a failure is told in its log's own words, and a green run opens at its end", async ({ page }) => {
  const definition = await person.api.createDefinition(project, CHECKED);
  const { id } = await person.api.start(definition, "Checked 1");
  await expect.poll(async () => (await person.api.run(id)).status).toBe("failed");
  await signIn(page, person);

  const board = new Board(page);
  await board.open(project.slug);
  await expect(board.card("Checked 1")).toContainText("Cannot find name half.");
  await page.goto(`/p/${project.slug}/runs`);
  await expect(page.locator(`[data-run="${id}"]`)).toContainText("unit: TS2304: Cannot find name half.");

  const run = new RunPage(page);
  await run.open(project.slug, id);
  const banner = run.step("unit").getByRole("alert");
  await expect(banner).toContainText("Cannot find name half.");
  await expect(banner).toContainText("src/round.ts:5");
  await expect(banner).toContainText("Exited with code 2");
  const first = run.log.getByText("src/round.ts(5,3)");
  await expect(first, "the log opens at the first error").toBeInViewport();
  await expect(run.log.getByText("Error: ").first()).toBeAttached();
  await page.keyboard.press("e");
  await expect(first).toBeInViewport();
  await page.keyboard.press("e");
  await expect(run.log.getByText("src/round.ts(9,3)")).toBeInViewport();
  await page.keyboard.press("Shift+E");
  await expect(first).toBeInViewport();
  await banner.getByRole("button", { name: "line 242" }).click();
  await expect(run.log.getByText("src/round.ts(9,3)")).toBeInViewport();

  // A retry says what it replaces. The tolerated linter is no place to begin.
  await writeFile(join(project.path, "mended"), "");
  await run.button(/^Retry from unit/).click();
  const asked = page.getByRole("alertdialog");
  await expect(asked).toContainText("Run anew: unit.");
  await page.keyboard.press("Enter");
  await expect.poll(async () => (await person.api.run(id)).status).toBe("completed");
  await run.open(project.slug, id);
  await expect(run.step("publish"), "a green run opens at its end").toBeVisible();
  await page.getByRole("list", { name: "Steps" }).getByRole("link", { name: /lint/ }).click();
  await expect(run.step("lint").getByRole("note")).toContainText("went on all the same");
  await expect(run.step("lint").getByRole("img", { name: "Failed, tolerated" }).first()).toBeVisible();
});

test("run again makes a new run with the same args, to be changed first, or at once", async ({ page }) => {
  const again = await person.api.createDefinition(
    project,
    CHECKED.replace("name: Checked", "name: Again").replaceAll("exit 2", "exit 0"),
  );
  await writeFile(join(project.path, "mended"), "");
  const { id } = await person.api.do<{ id: string }>("POST", `/workflows/${again.id}/execute`, {
    name: "Again 1",
    args: { amount: 7, zone: "south" },
  });
  await expect.poll(async () => (await person.api.run(id)).status).toBe("completed");
  await signIn(page, person);
  const run = new RunPage(page);
  await run.open(project.slug, id);
  await run.button("Run again").click();
  const dialog = page.getByRole("dialog", { name: /^Run Again 1/ });
  await expect(dialog.getByLabel("zone")).toHaveValue("south");
  await dialog.getByLabel("amount").fill("8");
  await dialog.getByRole("button", { name: "Start and open" }).click();
  await expect(page.getByRole("heading", { level: 1 })).not.toHaveText("Again 1");
  const runs = () =>
    person.api.do<{ args: object }[]>(
      "GET",
      `/workflow-executions?project_id=${project.id}&workflow_definition_id=${again.id}`,
    );
  // In the order of the definition, not in that in which they were given.
  expect((await runs()).map(({ args }) => JSON.stringify(args))).toEqual([
    '{"zone":"south","amount":8}',
    '{"zone":"south","amount":7}',
  ]);
  await run.button("Run again").click({ modifiers: ["Shift"] });
  await expect.poll(async () => (await runs()).length).toBe(3);
  expect((await person.api.run(id)).status, "the first stays as it is").toBe("completed");
});
