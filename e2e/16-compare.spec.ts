import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "@playwright/test";
import { inspectPage } from "./support/inspect-page";
import { makePerson, signIn } from "./support/people";

/** What differs from run to run is its arg, a time in the log, and whether the tests pass. */
const SOURCE = `
name: Ship
run_name: Ship \${{ args.version }}
phases: [build, test]
args_schema: { type: object, properties: { version: { type: string }, zone: { type: string, default: north } } }
steps:
  - id: build
    phase: build
    type: script
    env: { VERSION: "\${{ args.version }}" }
    run: |
      seq -f 'compiled %g of 60' 60
      echo "built at $(date +%T.%N)"
      echo "{\\"version\\":\\"$VERSION\\",\\"flags\\":[\\"a\\",\\"b\\"]}" > "$PHASEBOARD_OUTPUT"
      echo "same" > "$PHASEBOARD_ARTIFACTS/notes.txt"; echo "$VERSION" > "$PHASEBOARD_ARTIFACTS/version.txt"
  - { id: unit, phase: test, type: script, run: 'seq 30; if [ -e broken ]; then echo "Error: expected 2, got 3"; exit 1; fi; echo passed' }
`;

test("a failed run is compared with the last good one by one key, its logs side by side", async ({
  page,
}) => {
  const owner = await makePerson("Cora", "admin");
  const project = await owner.api.createProject(`Compare ${owner.email.slice(0, 12)}`);
  const definition = await owner.api.createDefinition(project, SOURCE);
  const run = async (version: string, status: string) => {
    const { id } = await owner.api.do<{ id: string }>("POST", `/workflows/${definition.id}/execute`, {
      args: { version },
    });
    await expect.poll(async () => (await owner.api.run(id)).status).toBe(status);
    return id;
  };
  const good = await run("1.4.0", "completed");
  await writeFile(join(project.path, "broken"), "");
  const bad = await run("1.5.0", "failed");
  await signIn(page, owner);

  // A run without one says so.
  await page.goto(`/p/${project.slug}/runs/${good}`);
  await expect(page.getByRole("heading", { name: "Ship 1.4.0" })).toBeVisible();
  await page.keyboard.press("=");
  await expect(
    page.getByText("No run of its definition completed before Ship 1.4.0 #1").first(),
  ).toBeVisible();

  await page.goto(`/p/${project.slug}/runs/${bad}`);
  await expect(page.getByRole("heading", { name: "Ship 1.5.0" })).toBeVisible();
  await page.keyboard.press("=");
  await expect(page).toHaveURL(/compare\?runs=1(,|%2C)2$/);
  await expect(page).toHaveTitle(/^Compare #1, #2 · /);
  const row = (name: string | RegExp) =>
    page
      .getByRole("row")
      .filter({ has: page.getByRole("rowheader", { name, exact: typeof name === "string" }) });
  await expect(row("version").getByRole("cell").nth(0)).toHaveText("1.4.0");
  await expect(row("version").getByRole("cell").nth(1)).toHaveText("Differs: 1.5.0");
  await expect(row("zone").getByRole("cell").nth(1)).toHaveText("north");
  await expect(row(/^unit/).getByRole("cell").nth(1)).toContainText("expected 2, got 3");
  await expect(
    row(/^build\s*flags\[1\]/)
      .getByRole("cell")
      .nth(1),
  ).toHaveText("b");
  await inspectPage(page, test.info().outputPath("compare"));

  await page.keyboard.press("o");
  await expect(page).toHaveURL(/differs=1/);
  await expect(row("zone")).toHaveCount(0);
  await expect(row(/^notes.txt/)).toHaveCount(0);
  await expect(row(/^version.txt/)).toBeVisible();

  // The first step that failed; of its log what differs, and back.
  await page.keyboard.press("l");
  await expect(page.getByRole("heading", { name: "Logs of unit" })).toBeVisible();
  const logs = page.getByRole("region", { name: "Logs side by side" });
  await expect(logs).toContainText("Error: expected 2, got 3");
  await expect(page.getByRole("button", { name: "27 equal lines" })).toBeVisible();
  await inspectPage(page, test.info().outputPath("logs"));
  await page.keyboard.press("Escape");
  const opener = page.getByRole("button", { name: "Logs of unit side by side" });
  await expect(opener).toBeFocused();
  await page.keyboard.press("o");
  await page.getByRole("button", { name: "Logs of build side by side" }).click();
  await expect(page.getByText("differ in nothing but times")).toBeVisible();
  await page.goBack();

  // Another base, without a run, and with one that is not there.
  await page.getByRole("button", { name: "Column of Ship 1.5.0 #2" }).click();
  await page.getByRole("menuitem", { name: "Make it the base" }).click();
  await expect(page).toHaveTitle(/^Compare #2, #1 · /);
  await page.getByRole("button", { name: "Column of Ship 1.4.0 #1" }).click();
  await page.getByRole("menuitem", { name: "Remove from the comparison" }).click();
  await expect(page.getByText("There is one run here")).toBeVisible();
  await page.keyboard.press("a");
  await page.keyboard.type("99");
  await page.keyboard.press("Enter");
  await expect(page.getByText("The project has no run #99.")).toBeVisible();
  await page.getByRole("button", { name: "Compare without it" }).click();
  await expect(page.getByText("There is one run here")).toBeVisible();

  // From the table, by those that are chosen, also for who only looks on.
  const viewer = await makePerson("Vera");
  await owner.api.addMember(project, viewer, "viewer");
  await page.context().clearCookies();
  await signIn(page, viewer);
  await page.goto(`/p/${project.slug}/runs`);
  for (const name of ["Ship 1.4.0", "Ship 1.5.0"])
    await page.getByRole("checkbox", { name: `Select ${name}` }).check();
  await expect(page.getByRole("button", { name: /^Retry/ })).toHaveCount(0);
  await page.getByRole("region", { name: "Chosen runs" }).getByRole("button", { name: "Compare" }).click();
  await expect(page).toHaveTitle(/^Compare #1, #2 · /);
});
