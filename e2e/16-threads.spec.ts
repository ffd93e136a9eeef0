import { expect, test } from "@playwright/test";
import { Discussion } from "./pages/discussion";
import { RunPage } from "./pages/run";
import { png, textFile } from "./support/files";
import { inspectPage } from "./support/inspect-page";
import { browserOf, makePerson } from "./support/people";

const BUILD = `name: Build
phases: [build]
steps:
  - id: build
    phase: build
    name: Build
    type: script
    run: |
      for each in one two three four five six seven eight; do echo "line $each"; done
`;

test("lines of a log are commented on, answered and resolved, by keyboard alone", async ({ browser }) => {
  test.setTimeout(90_000);
  const [ada, grace] = [await makePerson("Ada", "admin"), await makePerson("Grace")];
  const project = await ada.api.createProject("site");
  await ada.api.addMember(project, grace, "member");
  const { id } = await ada.api.start(await ada.api.createDefinition(project, BUILD), "Build 7");
  await expect.poll(async () => (await ada.api.run(id)).status, { timeout: 30_000 }).toBe("completed");
  const { page } = await browserOf(browser, ada);
  const run = new RunPage(page);
  const at = new Discussion(page);
  const line = (number: number) => run.log.getByRole("link", { name: `Line ${number}`, exact: true });

  // Lines are chosen, and C begins a comment on them beside the log.
  await run.open(project.slug, id);
  await line(3).focus();
  await page.keyboard.press("Enter");
  await line(5).focus();
  await page.keyboard.press("Shift+Enter");
  await page.keyboard.press("c");
  await expect(at.field).toBeFocused();
  await expect(at.drawer.getByRole("button", { name: "Show Build, lines 3 to 5" })).toBeVisible();
  await page.keyboard.type("Why are these **three** here?");
  await page.keyboard.press("Control+Enter");
  const said = at.comment("Why are these three here?");
  await expect(said.getByRole("blockquote")).toContainText("line four");
  const mark = run.log.getByRole("button", { name: "Show the comment on line 3" });
  await expect(mark).toBeVisible();
  await expect(at.drawer.getByRole("button", { name: "1 open" })).toBeVisible();

  // Somebody else comes by the link, answers, and both see it at once.
  const comment = (await ada.api.run(id)).comments[0];
  const other = (await browserOf(browser, grace)).page;
  const there = new Discussion(other);
  await other.goto(`/p/${project.slug}/runs/${id}?more=comments&comment=${comment?.id}`);
  await there.list.getByRole("button", { name: "Answer", exact: true }).click();
  await other.getByRole("textbox", { name: "Answer" }).fill("They are the middle.");
  await other.keyboard.press("Control+Enter");
  await expect(at.list.getByRole("list", { name: "Answers" })).toContainText("They are the middle.");

  // From the comment to its lines, also where the log is not shown.
  await page.getByRole("tab", { name: "Output" }).click();
  await expect(run.log).toBeHidden();
  await said.getByRole("button", { name: "Show Build, lines 3 to 5" }).click();
  await expect(line(4)).toHaveAttribute("aria-current", "true");
  await inspectPage(page, "test-results/pictures/threads");

  // A resolved thread is one line; its mark in the log leads to it and unfolds it.
  await at.list.getByRole("button", { name: "Resolve", exact: true }).press("Enter");
  const folded = at.list.getByRole("button", {
    name: /^Ada on Build, lines 3 to 5 · 1 answer · resolved by Ada/,
  });
  await expect(folded).toBeFocused();
  await expect(folded).toHaveAttribute("aria-expanded", "false");
  await expect(said).toBeHidden();
  await expect(there.list.getByRole("button", { name: /resolved by Ada/ })).toBeVisible();
  await expect(at.drawer.getByRole("button", { name: "1 open" })).toBeHidden();
  await mark.press("Enter");
  await expect(said).toBeVisible();
  await at.list.getByRole("button", { name: "Open again" }).press("Enter");
  await expect(at.drawer.getByRole("button", { name: "1 open" })).toBeVisible();
  await at.drawer.getByRole("button", { name: "1 open" }).click();
  await expect(at.list.getByRole("article")).toHaveCount(2);
});

test("a part of a picture and lines of a text are commented on, by pointer and by keyboard", async ({
  browser,
}) => {
  test.setTimeout(90_000);
  const ada = await makePerson("Ada", "admin");
  const project = await ada.api.createProject("files");
  const { id } = await ada.api.start(await ada.api.createDefinition(project, BUILD), "Build 8");
  await expect.poll(async () => (await ada.api.run(id)).status, { timeout: 30_000 }).toBe("completed");
  const { page } = await browserOf(browser, ada);
  const at = new Discussion(page);
  await new RunPage(page).open(project.slug, id);
  await at.open("Artifacts");
  await at.drop([png("shot.png", 320, 200), textFile("notes.txt", "one\ntwo\nthree\n")]);

  // A part is moved and resized by arrows.
  await at
    .artifact("shot.png")
    .getByRole("button", { name: /shot\.png/ })
    .first()
    .click();
  await expect(at.preview.getByRole("img", { name: "shot.png" })).toBeVisible();
  await page.keyboard.press("c");
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("Shift+ArrowDown");
  await page.keyboard.press("c");
  await expect(at.field).toBeFocused();
  await page.keyboard.type("This corner is cut off");
  await page.keyboard.press("Control+Enter");
  const said = at.comment("This corner is cut off");
  await expect(said).toBeVisible();
  const [comment] = (await ada.api.run(id)).comments;
  expect(comment?.anchor).toMatchObject({ kind: "image", x: 0.27, y: 0.25, width: 0.5 });

  // It is marked in the picture, where another one is drawn.
  await said.getByRole("button", { name: "Show shot.png, a part of it" }).click();
  await expect(
    at.preview.getByRole("button", { name: "Show the comment of Ada on this part" }),
  ).toBeVisible();
  await at.preview.getByRole("button", { name: "Comment on a part" }).click();
  const box = await at.preview.getByRole("img", { name: "shot.png" }).boundingBox();
  if (!box) throw new Error("the picture is hidden");
  await page.mouse.move(box.x + box.width * 0.6, box.y + box.height * 0.6);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width * 0.9, box.y + box.height * 0.8, { steps: 4 });
  await page.mouse.up();
  await inspectPage(page, "test-results/pictures/image-region");
  await at.preview.getByRole("button", { name: "Comment", exact: true }).click();
  await at.field.fill("And this one");
  await at.field.press("Control+Enter");
  await expect(at.comment("And this one")).toBeVisible();
  const { anchor } = (await ada.api.run(id)).comments[1] ?? {};
  expect(anchor?.x).toBeGreaterThan(0.5);
  expect(anchor?.width).toBeLessThan(0.4);

  // Lines of a text are chosen by their numbers.
  await at.open("Artifacts");
  await at
    .artifact("notes.txt")
    .getByRole("button", { name: /notes\.txt/ })
    .first()
    .click();
  await at.preview.getByRole("button", { name: "Line 2" }).click();
  await at.preview.getByRole("button", { name: "Line 3" }).click({ modifiers: ["Shift"] });
  await page.keyboard.press("c");
  await at.field.fill("Say more");
  await at.field.press("Control+Enter");
  await expect(at.comment("Say more").getByRole("blockquote")).toContainText("two");
  await at.comment("Say more").getByRole("button", { name: "Show notes.txt, lines 2 to 3" }).click();
  await expect(at.preview.getByRole("button", { name: "Show the comment of Ada on line 2" })).toBeVisible();
  await expect(at.preview.getByRole("button", { name: "Line 3" })).toHaveAttribute("aria-pressed", "true");
  await inspectPage(page, "test-results/pictures/text-lines");
});
