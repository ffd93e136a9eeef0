import { expect, test } from "@playwright/test";
import { Board } from "./pages/board";
import { RunPage } from "./pages/run";
import { inspectPage } from "./support/inspect-page";
import { makePerson, signIn } from "./support/people";

const SHIP = `name: Ship
phases: [build, test]
steps:
  - { id: bundle, phase: build, name: Bundle, type: script, run: 'true' }
  - { id: unit, phase: test, name: Unit tests, type: script, run: 'exit 1' }
`;

test("a run and the board are shown as they were, by slider, list and keys, and nothing can be changed", async ({
  page,
}, info) => {
  const rey = await makePerson("Rey", "admin");
  const project = await rey.api.createProject(`Replay ${rey.email.slice(0, 10)}`);
  const definition = await rey.api.createDefinition(project, SHIP);
  const { id } = await rey.api.start(definition, "Ship 1");
  await expect.poll(async () => (await rey.api.run(id)).status).toBe("failed");
  await signIn(page, rey);
  await new RunPage(page).open(project.slug, id);
  await page.keyboard.press("Shift+H");
  const bar = page.getByRole("region", { name: "Replay" });
  const steps = page.getByRole("list", { name: "Steps" });
  const step = (name: string, look: string) =>
    steps.getByRole("listitem").filter({ hasText: name }).getByRole("img", { name: look });
  await expect(bar).toContainText("The run failed");
  await expect(step("Unit tests", "Failed")).toBeVisible();

  const told = page.getByRole("list", { name: "What happened" });
  await told.getByRole("button", { name: "Bundle is done" }).click();
  await expect(step("Bundle", "Done")).toBeVisible();
  await expect(step("Unit tests", "Waiting")).toBeVisible();
  await page.keyboard.press("ArrowLeft");
  await expect(bar).toContainText("Bundle began");
  await expect(step("Bundle", "Running")).toBeVisible();
  for (const word of [/Retry/, /Run again/, /Pause/, /Cancel/, /Upload/]) {
    await expect(page.getByRole("button", { name: word }), `nothing can be changed: ${word}`).toBeHidden();
  }
  await inspectPage(page, info.outputPath("run"));
  await page.reload();
  await expect(bar, "the address has the moment").toContainText("Bundle began");
  await page.keyboard.press("Home");
  await expect(bar).toContainText("The run was made");
  await page.keyboard.press("p");
  await expect(bar, "it plays to the end").toContainText("The run failed");

  // The board at the same moment, and back to now.
  await told.getByRole("button", { name: "Bundle began" }).click();
  await expect(bar.getByRole("button", { name: "Play" }), "it does not play on").toBeVisible();
  await page.getByRole("link", { name: "Board" }).last().click();
  const column = (name: string) => page.getByRole("region", { name: new RegExp(`^${name}\\b`) });
  const choose = async (what: string, option: string) => {
    await page.getByRole("combobox", { name: what }).click();
    await page.getByRole("option", { name: option }).click();
  };
  await expect(bar).toContainText("Ship 1");
  await expect(column("Running").getByRole("link", { name: /Ship 1/ })).toBeVisible();
  await expect(page.getByText("States are as they were")).toBeVisible();
  await inspectPage(page, info.outputPath("board"));

  // Grouped and filtered as a board is, and the address holds it.
  await choose("Group", "By phase");
  await expect(column("build").getByRole("link", { name: /Ship 1/ })).toBeVisible();
  await expect(bar, "of the same moment").toContainText("bundle began");
  await choose("Group", "By who started it");
  await expect(column("Rey").getByRole("link", { name: /Ship 1/ })).toBeVisible();
  const search = page.getByRole("textbox", { name: "Search runs by name or number" });
  await search.fill("nothing of that name");
  await expect(page.getByRole("link", { name: /Ship 1/ })).toBeHidden();
  await search.fill("ship");
  await expect(column("Rey").getByRole("link", { name: /Ship 1/ })).toBeVisible();
  await choose("Status", "Failed");
  await expect(column("Failed, 0 runs"), "it ran then").toBeVisible();
  await page.reload();
  await expect(column("Failed, 0 runs")).toBeVisible();
  await expect(search).toHaveValue("ship");
  await page.getByRole("button", { name: "Clear", exact: true }).click();
  await choose("Group", "By status");
  await bar.getByRole("slider", { name: "Event" }).press("End");
  await expect(column("Failed").getByRole("link", { name: /Ship 1/ })).toBeVisible();
  await bar.getByRole("button", { name: "Back to now" }).click();
  await expect(new Board(page).card("Ship 1")).toBeVisible();
  await expect(bar).toBeHidden();
});
