import { expect, test } from "@playwright/test";
import { Board } from "./pages/board";
import { RunPage } from "./pages/run";
import type { Project } from "./support/api";
import { browserOf, makePerson } from "./support/people";

const RELEASE = `name: Release
phases: [build, publish]
steps:
  - { id: build, phase: build, type: script, run: 'echo built' }
  - id: sign-off
    name: Sign-off
    phase: publish
    type: approval
    prompt: Publish **\${{ run.name }}** to everybody?
    approvers: { count: 2 }
  - { id: publish, phase: publish, type: script, run: 'echo published' }
`;

const GUARDED = `name: Guarded
phases: [work]
steps:
  - id: gate
    name: Gate
    type: approval
    prompt: Which ticket asks for it?
    form:
      type: object
      required: [ticket]
      properties: { ticket: { type: string, title: Ticket } }
  - id: tell
    type: script
    run: 'echo "ticket $TICKET"'
    env: { TICKET: "\${{ steps.gate.output.ticket }}" }
`;

type Person = Awaited<ReturnType<typeof makePerson>>;

let ada: Person;
let grace: Person;
let viewer: Person;
let project: Project;

test.beforeAll(async () => {
  ada = await makePerson("Ada", "admin");
  grace = await makePerson("Grace");
  viewer = await makePerson("Vera");
  project = await ada.api.createProject(`Approvals ${ada.email.slice(0, 12)}`);
  await ada.api.addMember(project, grace, "member");
  await ada.api.addMember(project, viewer, "viewer");
});

test("one approves on the board, the other on the run's page, and both see it happen", async ({
  browser,
}) => {
  const definition = await ada.api.createDefinition(project, RELEASE);
  const { id } = await ada.api.start(definition, "Ship 1.3");
  const [first, second, third] = [
    await browserOf(browser, ada),
    await browserOf(browser, grace),
    await browserOf(browser, viewer),
  ];
  const board = new Board(first.page);
  await board.open(project.slug, "release");
  const card = board.card("Ship 1.3");
  await expect(card.getByRole("img", { name: "Needs you", exact: true })).toBeVisible();
  await expect(board.column("publish").getByRole("link", { name: "Ship 1.3" })).toBeVisible();
  await expect(card).toContainText("0 of 2");

  const run = new RunPage(second.page);
  await run.open(project.slug, id);
  await expect(run.step("Sign-off")).toContainText("Publish Ship 1.3 to everybody?");
  await expect(run.step("Sign-off")).toContainText("0 of 2 approved");
  await expect(run.log, "an approval has no log").toHaveCount(0);

  const watching = new Board(third.page);
  await watching.open(project.slug);
  await expect(watching.card("Ship 1.3")).toContainText("Decided by members");
  await expect(watching.card("Ship 1.3").getByRole("button")).toHaveCount(0);

  await board.decide("Ship 1.3", "Approve").click();
  const sheet = first.page.getByRole("dialog", { name: "Approve Sign-off" });
  await expect(sheet).toContainText("Publish Ship 1.3 to everybody?");
  await sheet.getByRole("button", { name: "Approve", exact: true }).click();
  // It can be taken back, by its button and by its key, and is asked for anew then.
  await card.getByRole("button", { name: /^Undo/ }).click();
  await board.decide("Ship 1.3", "Approve").click();
  await sheet.getByRole("button", { name: "Approve", exact: true }).click();
  await expect(card.getByRole("button", { name: /^Undo/ })).toBeVisible();
  await first.page.keyboard.press("z");
  await expect(board.decide("Ship 1.3", "Approve")).toBeVisible();
  await board.decide("Ship 1.3", "Approve").click();
  await sheet.getByRole("button", { name: "Approve", exact: true }).click();
  await expect(card, "five seconds later").not.toContainText("1 more needed", { timeout: 1_000 });
  await expect(card).toContainText("You approved; 1 more needed");
  expect(new URL(first.page.url()).pathname, "the card itself did not open").toBe(`/p/${project.slug}`);
  await expect(run.step("Sign-off")).toContainText("1 of 2 approved");
  await expect(run.decided("Ada")).toContainText("approved");

  // The keys move the focus to the buttons; no single key decides.
  await run.step("Sign-off").getByText("1 of 2 approved").click();
  await second.page.keyboard.press("a");
  const approve = run.step("Sign-off").getByRole("button", { name: "Approve", exact: true });
  await expect(approve).toBeFocused();
  await run.decision.getByLabel("Note").fill("Looked at the pictures");
  await approve.click();
  await run.step("Sign-off").getByRole("button", { name: "Send now" }).click();
  await expect(board.column("Recently ended").getByRole("link", { name: "Ship 1.3" })).toBeVisible();
  await second.page
    .getByRole("list", { name: "Steps" })
    .getByRole("link", { name: /Sign-off/ })
    .click();
  await expect(run.decided("Grace")).toContainText("Looked at the pictures");
  await expect(run.decision).toHaveCount(0);
  await Promise.all([first, second, third].map(({ context }) => context.close()));
});

test("a rejection says why, is asked again after a retry, and the form's answer goes on", async ({
  browser,
}) => {
  const definition = await ada.api.createDefinition(project, GUARDED);
  const { id } = await ada.api.start(definition, "Guarded 1");
  const { page, context } = await browserOf(browser, grace);
  const board = new Board(page);
  await board.open(project.slug);
  const reject = board.decide("Guarded 1", "Reject");
  await reject.click();
  const dialog = page.getByRole("dialog", { name: "Reject Gate" });
  await expect(dialog.getByLabel("Reason")).toBeFocused();
  await page.keyboard.press("Escape");
  await expect(reject).toBeFocused();
  await reject.click();
  await dialog.getByLabel("Reason").fill("Not on a Friday");
  await dialog.getByRole("button", { name: "Reject", exact: true }).click();
  await board.card("Guarded 1").getByRole("button", { name: "Send now" }).click();
  await expect(board.column("Failed").getByRole("link", { name: "Guarded 1" })).toBeVisible();
  await expect(board.card("Guarded 1")).toContainText("Rejected by Grace: Not on a Friday");

  const run = new RunPage(page);
  await run.open(project.slug, id);
  await expect(run.step("Gate").getByRole("alert")).toContainText("Not on a Friday");
  await expect(run.decided("Grace")).toContainText("rejected");
  await run.step("Gate").getByRole("button", { name: "Retry from Gate" }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Retry from Gate" }).click();
  const approve = run.step("Gate").getByRole("button", { name: "Approve", exact: true });
  await approve.click();
  await expect(run.decision.getByLabel("Ticket")).toBeFocused();
  await expect(run.decision).toContainText("Must be filled in");
  await run.decision.getByLabel("Ticket").fill("OPS-7");
  await approve.click();
  // Whoever leaves the page has decided.
  await page.goto(`/p/${project.slug}/runs`);
  await expect.poll(async () => (await ada.api.run(id)).status).toBe("completed");
  await run.open(project.slug, id);
  await page.getByRole("list", { name: "Steps" }).getByRole("link", { name: /Gate/ }).click();
  await expect(run.decided("Grace")).toContainText("OPS-7");
  await context.close();
});

test("a viewer reads who could decide, and is offered nothing", async ({ browser }) => {
  const definition = await ada.api.createDefinition(project, RELEASE.replace("name: Release", "name: Later"));
  const { id } = await ada.api.start(definition, "Ship 1.4");
  const { page, context } = await browserOf(browser, viewer);
  const run = new RunPage(page);
  await run.open(project.slug, id);
  await expect(run.step("Sign-off")).toContainText("Ask Ada or Grace");
  await expect(run.decision).toHaveCount(0);
  const [, signOff] = (await ada.api.run(id)).steps;
  const refused = await viewer.api.ask("POST", `/workflow-steps/${signOff?.id}/decision`, {
    decision: "approve",
  });
  expect(refused.status).toBe(403);
  await context.close();
});

test("the inbox counts what waits, and each of it is answered in place", async ({ browser }) => {
  const there = await ada.api.createProject(`Elsewhere ${ada.email.slice(0, 12)}`);
  const heidi = await makePerson("Heidi");
  for (const each of [project, there]) await ada.api.addMember(each, heidi, "member");
  const { page, context } = await browserOf(browser, heidi);
  const rail = page.getByRole("navigation", { name: "Projects" });
  const inbox = page.getByRole("list", { name: /^What waits for you/ });
  const row = (name: string) => inbox.getByRole("listitem").filter({ hasText: name });
  await page.goto("/inbox");
  // Items left by other tests, counted by the API since the page may still be loading.
  const before = (await heidi.api.do<unknown[]>("GET", "/inbox")).length;
  await expect(inbox.getByRole("listitem")).toHaveCount(before);
  if (before === 0) await expect(page.getByText("Nothing waits for you")).toBeVisible();

  // The inbox is live for the open project; for other projects it is read when the page gets the focus.
  await new Board(page).open(there.slug);
  const [guarded, release] = [
    await ada.api.createDefinition(there, GUARDED),
    await ada.api.createDefinition(there, RELEASE.replace("count: 2", "count: 1")),
  ];
  await ada.api.start(guarded, "Guarded 7");
  const { id } = await ada.api.start(release, "Ship 7");
  await expect(rail.getByRole("link", { name: /^Inbox/ })).toHaveAccessibleName(
    new RegExp(`${before + 2} wait for you`),
  );

  await page.keyboard.press("g");
  await page.keyboard.press("i");
  await expect(row("Ship 7")).toContainText("Publish Ship 7 to everybody?");
  await expect(row("Ship 7")).toContainText(`Elsewhere ${ada.email.slice(0, 12)}`);
  await row("Ship 7").getByRole("link").focus();
  await page.keyboard.press("Enter");
  await expect(new RunPage(page).step("Sign-off")).toBeVisible();
  expect(new URL(page.url()).searchParams.get("step")).toBe("sign-off");
  await page.goBack();

  await row("Ship 7")
    .getByRole("button", { name: /^Approve/ })
    .click();
  const sheet = page.getByRole("dialog", { name: "Approve Sign-off" });
  await sheet.getByRole("button", { name: "Approve", exact: true }).click();
  await row("Ship 7").getByRole("button", { name: "Send now" }).click();
  await expect(row("Ship 7")).toHaveCount(0);
  await expect.poll(async () => (await ada.api.run(id)).status).toBe("completed");
  await row("Guarded 7")
    .getByRole("button", { name: /^Reject/ })
    .click();
  const dialog = page.getByRole("dialog", { name: "Reject Gate" });
  await dialog.getByLabel("Reason").fill("Not today");
  await dialog.getByRole("button", { name: "Reject", exact: true }).click();
  await row("Guarded 7").getByRole("button", { name: "Send now" }).click();
  await expect(row("Guarded 7")).toHaveCount(0);
  await expect(inbox.getByRole("listitem")).toHaveCount(before);
  await context.close();
});
