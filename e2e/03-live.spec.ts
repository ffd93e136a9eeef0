import { expect, test } from "@playwright/test";
import { Board } from "./pages/board";
import { makePerson, signIn } from "./support/people";

const QUICK = `name: Quick
phases: [work]
steps: [{ id: only, type: script, run: 'true' }]
`;

const isEventStream = (url: string) => url.includes("events.onProject");

test("one tab holds the connection for all, and another takes over when it closes", async ({ context }) => {
  const person = await makePerson("Linus", "admin");
  const project = await person.api.createProject(`Live ${person.email.slice(0, 12)}`);
  const definition = await person.api.createDefinition(project, QUICK);
  const first = new Board(await context.newPage());
  await signIn(first.page, person);
  const streams: string[] = [];
  context.on("request", (request) => {
    if (isEventStream(request.url())) streams.push(request.url());
  });

  await first.open(project.slug);
  const second = new Board(await context.newPage());
  await second.open(project.slug);
  expect(streams, "streams that two tabs opened").toHaveLength(1);

  await person.api.start(definition, "Seen by both");
  await expect(first.column("Recently ended").getByRole("link", { name: "Seen by both" })).toBeVisible();
  await expect(second.column("Recently ended").getByRole("link", { name: "Seen by both" })).toBeVisible();

  await first.page.close();
  await person.api.start(definition, "After the first tab");
  await expect(
    second.column("Recently ended").getByRole("link", { name: "After the first tab" }),
  ).toBeVisible();
  await expect(second.page.getByText("live", { exact: true })).toBeVisible();
  expect(streams, "streams after the first tab closed").toHaveLength(2);
});

test("a board that was cut off shows it, comes back by itself and has missed nothing", async ({
  context,
}) => {
  const person = await makePerson("Barbara", "admin");
  const project = await person.api.createProject(`Offline ${person.email.slice(0, 12)}`);
  const definition = await person.api.createDefinition(project, QUICK);
  const board = new Board(await context.newPage());
  await signIn(board.page, person);
  await board.open(project.slug);

  await context.setOffline(true);
  await expect(board.page.getByText(/reconnecting|offline/)).toBeVisible();
  await person.api.start(definition, "Meanwhile");
  await context.setOffline(false);
  await expect(board.column("Recently ended").getByRole("link", { name: "Meanwhile" })).toBeVisible({
    timeout: 30_000,
  });
  await expect(board.page.getByText("live", { exact: true })).toBeVisible();
});

test("a session that is ended is out within 3 s, also where its board is open", async ({ browser, page }) => {
  const person = await makePerson("Edsger", "admin");
  const project = await person.api.createProject(`Ended ${person.email.slice(0, 12)}`);
  const other = await browser.newContext();
  const board = new Board(await other.newPage());
  await signIn(board.page, person);
  await board.open(project.slug);
  await expect(board.page.getByText("live", { exact: true })).toBeVisible();

  await signIn(page, person);
  await page.goto("/account");
  const rows = page.getByRole("list", { name: "Sessions" }).getByRole("listitem");
  await expect(rows).toHaveCount(2);
  await expect(rows.filter({ hasText: "This one" })).toHaveCount(1);
  await rows
    .filter({ hasNotText: "This one" })
    .getByRole("button", { name: /^Sign out/ })
    .click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Sign it out" }).click();
  await expect(board.page).toHaveURL(/signin/, { timeout: 3_000 });
  await expect(rows).toHaveCount(1);
  await expect(page.getByRole("button", { name: "Sign out all others" })).toBeHidden();
  await other.close();
});
