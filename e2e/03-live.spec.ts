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
  const streams: string[] = [];
  context.on("request", (request) => {
    if (isEventStream(request.url())) streams.push(request.url());
  });

  const first = new Board(await context.newPage());
  await signIn(first.page, person);
  await first.open(project.slug);
  const second = new Board(await context.newPage());
  await second.open(project.slug);
  expect(streams, "streams that two tabs opened").toHaveLength(1);

  await person.api.start(definition, "Seen by both");
  await expect(first.column("Done").getByRole("link", { name: "Seen by both" })).toBeVisible();
  await expect(second.column("Done").getByRole("link", { name: "Seen by both" })).toBeVisible();

  await first.page.close();
  await person.api.start(definition, "After the first tab");
  await expect(second.column("Done").getByRole("link", { name: "After the first tab" })).toBeVisible();
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
  await expect(board.column("Done").getByRole("link", { name: "Meanwhile" })).toBeVisible({
    timeout: 30_000,
  });
  await expect(board.page.getByText("live", { exact: true })).toBeVisible();
});

test("signing out everywhere ends the other browser's session at once", async ({ browser, page }) => {
  const person = await makePerson("Edsger");
  const other = await browser.newContext();
  const otherPage = await other.newPage();
  await signIn(otherPage, person);
  await signIn(page, person);
  await page.goto("/account");
  await page.getByRole("button", { name: "Sign out everywhere" }).click();
  await page
    .getByRole("alertdialog")
    .getByRole("button", { name: /sign out/i })
    .click();
  await expect(page).toHaveURL(/signin/);
  await otherPage.goto("/projects");
  await expect(otherPage).toHaveURL(/signin/);
  await other.close();
});
