import { expect, test } from "@playwright/test";
import { Board } from "./pages/board";
import { Api, type Project } from "./support/api";
import { browserOf, makePerson, signInOnPage } from "./support/people";
import { phaseboard, server } from "./support/server";

/** The board's columns in the order in which a run of the sample passes them. */
const COLUMNS = ["Waiting", "inspect", "build", "test", "pack", "Recently ended"];

function inOrder(columns: string[]): boolean {
  const places = columns.map((column) => COLUMNS.indexOf(column));
  return places.every((place, at) => place >= 0 && (at === 0 || place > (places[at - 1] ?? -1)));
}

// One story: each test continues where the previous one ended.
test.describe.configure({ mode: "serial" });

const EMAIL = "ada@example.com";
let owner: Api;
let sample: Project;

test("a stranger gets from the set-up link to a run that is done", async ({ page }) => {
  await page.goto(server.setupUrl);
  await page.getByLabel("Your name").fill("Ada");
  await page.getByLabel("E-mail").fill(EMAIL);
  await page.getByLabel("Password").fill("correct horse battery");
  await page.getByRole("button", { name: "Make the account" }).click();

  await page.getByRole("button", { name: "Create the sample project" }).click();
  await expect(page).toHaveURL(/\/p\/sample/);

  const board = new Board(page);
  await board.open("sample", "ship");
  await board.watch("Ship 1.0");
  await board.start("Ship 1.0");
  await expect(board.column("Recently ended").getByRole("link", { name: "Ship 1.0" })).toBeVisible({
    timeout: 60_000,
  });

  const seen = await board.columnsSeen();
  expect(inOrder(seen), `the card passed ${seen.join(" → ")}`).toBe(true);
  expect(seen.length, `the card passed ${seen.join(" → ")}`).toBeGreaterThan(3);

  await board.card("Ship 1.0").getByRole("link", { name: "Ship 1.0" }).click();
  await expect(page.getByRole("region", { name: "Log" })).toContainText("the packed library");
});

test("the set-up link works once", async ({ browser }) => {
  const page = await (await browser.newContext()).newPage();
  await page.goto(server.setupUrl);
  await expect(page.getByRole("button", { name: "Make the account" })).toBeHidden();
  await page.context().close();
});

test("a second person sees the same card move, and a viewer is offered nothing that would be refused", async ({
  browser,
}) => {
  owner = new Api(await phaseboard("token", "create", "--email", EMAIL, "--name", "e2e"));
  const projects = await owner.do<Project[]>("GET", "/projects");
  const made = projects.find((project) => project.slug === "sample");
  if (!made) throw new Error("there is no sample project");
  sample = made;
  const viewer = await makePerson("Vera");
  await owner.addMember(sample, viewer, "viewer");
  const page = await (await browser.newContext()).newPage();
  await signInOnPage(page, viewer);
  const board = new Board(page);
  await board.open("sample", "ship");
  await board.watch("Ship 1.1");

  const all = await owner.do<{ id: string; slug: string }[]>("GET", `/workflows?project_id=${sample.id}`);
  const definition = all.find(({ slug }) => slug === "ship");
  const { id } = await owner.start(definition ?? { id: "" }, "Ship 1.1");
  await expect(board.column("Recently ended").getByRole("link", { name: "Ship 1.1" })).toBeVisible({
    timeout: 60_000,
  });
  const seen = await board.columnsSeen();
  expect(inOrder(seen), `the card passed ${seen.join(" → ")}`).toBe(true);
  expect(seen.length, `the card passed ${seen.join(" → ")}`).toBeGreaterThan(2);

  const offered =
    /^(New run|Pause|Resume|Retry|Cancel|Delete|Start|Edit|Sync|New definition|Save|Add member)/;
  const pages = [
    "",
    `/runs/${id}`,
    "/runs",
    "/definitions",
    "/definitions/ship",
    "/settings",
    "/settings/members",
  ];
  for (const path of pages) {
    await page.goto(`/p/sample${path}`);
    await expect(page.getByText("live", { exact: true })).toBeVisible();
    await expect(page.getByRole("button", { name: offered }), `on ${path || "the board"}`).toHaveCount(0);
  }
  await page.context().close();
});

test("a stranger to the project is refused by page, tRPC, REST and event stream", async ({ browser }) => {
  const stranger = await makePerson("Sam");
  const { page, context } = await browserOf(browser, stranger);
  await page.goto("/projects");
  await expect(page.getByText("Only administrators make projects here. Ask Ada")).toBeVisible();
  await expect(page.getByRole("button", { name: /new project|sample project/i })).toHaveCount(0);
  const answer = await page.goto("/p/sample");
  // A stranger gets the same answer as for a project that does not exist.
  expect(answer?.status()).toBe(404);

  const input = encodeURIComponent(JSON.stringify({ project_id: sample.id }));
  const places = [
    `/api/trpc/runs.list?input=${input}`,
    `/api/workflow-executions?project_id=${sample.id}`,
    `/api/projects/${sample.id}/events`,
  ];
  const byToken = (place: string) =>
    fetch(`${server.url}${place}`, { headers: { authorization: `Bearer ${stranger.api.token}` } });
  for (const place of places) {
    expect((await page.request.get(place)).status(), `${place} by session`).toBe(403);
    expect((await byToken(place)).status, `${place} by token`).toBe(403);
    expect((await fetch(`${server.url}${place}`)).status, `${place} by nobody`).toBe(401);
  }
  // tRPC's own stream reports a refusal as an event and then ends.
  const stream = `/api/trpc/events.onProject?input=${input}`;
  expect(await (await page.request.get(stream)).text()).toContain("FORBIDDEN");
  expect(await (await byToken(stream)).text()).toContain("FORBIDDEN");
  expect(await (await fetch(`${server.url}${stream}`)).text()).toContain("UNAUTHORIZED");
  await context.close();
});
