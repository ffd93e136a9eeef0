import { expect, type Page, test } from "@playwright/test";
import { sql } from "drizzle-orm";
import { Board } from "./pages/board";
import type { Project } from "./support/api";
import { database } from "./support/database";
import { inspectPage } from "./support/inspect-page";
import { makePerson, signIn } from "./support/people";

const HOLD = `name: Hold
phases: [build, test]
steps:
  - { id: build, phase: build, type: script, run: 'true' }
  - { id: hold, phase: test, type: script, run: 'until [ -e go ]; do sleep 0.05; done; exit 1' }
`;

let person: Awaited<ReturnType<typeof makePerson>>;

test.beforeAll(async () => {
  person = await makePerson("Hedy", "admin");
});

const makeProject = (name: string) => person.api.createProject(`${name} ${person.email.slice(0, 12)}`);

/** Copies of a run that failed, made in one transaction, so no worker takes them. */
async function addFailed({ id }: Project, run_id: string, count: number): Promise<void> {
  await (await database()).transaction(async (tx) => {
    await tx.execute(sql`
      insert into workflow_runs (id, project_id, user_id, workflow_definition_id, revision, number, name, args, workspace, created_at)
      select p.id || n, r.project_id, r.user_id, r.workflow_definition_id, r.revision, p.run_seq + n, 'Copy ' || n,
             '{}', r.workspace, now() - interval '1 hour' + n * interval '1 second'
      from workflow_runs r, projects p, generate_series(1, ${count}::int) n where r.id = ${run_id} and p.id = ${id}`);
    const copies = sql`id like ${`${id}%`} and status in ('pending', 'running')`;
    await tx.execute(
      sql`update workflow_runs set status = 'running', current_phase = 'test' where ${copies}`,
    );
    await tx.execute(sql`
      update workflow_runs set status = 'failed', error_message = 'Exited with code 1', completed_at = now() where ${copies}`);
    await tx.execute(sql`update projects set run_seq = run_seq + ${count} where id = ${id}`);
  });
}

const cards = (page: Page) => page.getByRole("article").count();

test("hundreds of runs are counted, scroll by, and are acknowledged and archived; columns fold as somebody wants", async ({
  page,
}) => {
  const project = await makeProject("Many");
  const definition = await person.api.createDefinition(project, HOLD);
  const { id } = await person.api.start(definition, "First");
  await addFailed(project, id, 555);
  const asked: string[] = [];
  page.on("request", (request) => {
    if (request.url().includes("/api/trpc/")) asked.push(request.url());
  });
  await signIn(page, person);
  const board = new Board(page);
  await board.open(project.slug);
  const failed = board.column("Failed");
  await expect(failed).toHaveAccessibleName("Failed, 555 runs");
  await expect(failed.getByRole("link", { name: "Copy 555", exact: true })).toBeVisible();
  expect(asked.filter((url) => url.includes("board.get"))).toHaveLength(1);
  expect(asked.filter((url) => url.includes("steps.get"))).toEqual([]);
  // What is opened later is loaded later.
  const script = await page.evaluate(() =>
    performance
      .getEntriesByType("resource")
      .filter(({ name }) => name.endsWith(".js"))
      .reduce((sum, entry) => sum + (entry as PerformanceResourceTiming).encodedBodySize, 0),
  );
  expect(script, "bytes of script, compressed").toBeLessThan(250 * 1024);

  // A menu and a list of choices open by their first key, with what is chosen, and give the focus back.
  const theme = page.getByRole("button", { name: "Theme" });
  await theme.focus();
  await page.keyboard.press("Enter");
  await expect(page.getByRole("menuitemradio").first()).toBeFocused();
  await page.keyboard.press("Escape");
  await expect(theme).toBeFocused();
  const grouped = page.getByRole("combobox").first();
  await grouped.focus();
  await page.keyboard.press("ArrowDown");
  await expect(page.getByRole("option", { name: "By status" })).toBeFocused();
  await page.keyboard.press("Escape");
  await expect(grouped).toBeFocused();
  await page.getByRole("button", { name: "Fold the rail" }).hover();
  const tip = page.getByText("Fold the rail", { exact: true });
  await expect(tip).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(tip).toBeHidden();

  // To the oldest, which comes page by page; never more than what is in sight is in the document.
  let most = 0;
  const oldest = failed.getByRole("link", { name: "Copy 1", exact: true });
  await expect(async () => {
    await failed.locator("[data-list-column]").evaluate((list) => list.scrollTo(0, list.scrollHeight));
    most = Math.max(most, await cards(page));
    await expect(oldest).toBeVisible({ timeout: 100 });
  }).toPass({ timeout: 20_000, intervals: [50] });
  expect(most).toBeLessThanOrEqual(200);
  await inspectPage(page, test.info().outputPath("board"));
  await page.setViewportSize({ width: 1440, height: 900 });

  // An empty column is a strip; one that is folded, made wider or hidden is so after a reload, too.
  const width = async (title: string) => (await board.column(title).boundingBox())?.width ?? 0;
  expect(await width("Paused")).toBeLessThan(60);
  await page.getByRole("button", { name: "Actions for Running" }).click();
  await page.getByRole("menuitem", { name: "Fold" }).click();
  await expect.poll(() => width("Running")).toBeLessThan(60);
  const wide = await width("Failed");
  const edge = page.getByRole("separator", { name: "Width of Failed" });
  await edge.focus();
  await edge.press("ArrowLeft");
  await expect.poll(() => width("Failed")).toBeLessThan(wide);
  const narrowed = await width("Failed");
  await page.reload();
  await expect(failed).toHaveAccessibleName("Failed, 555 runs");
  expect(await width("Running")).toBeLessThan(60);
  expect(Math.abs((await width("Failed")) - narrowed)).toBeLessThan(2);
  await board.column("Running").getByRole("button").click();
  expect(await width("Running")).toBeGreaterThan(200);

  // One is acknowledged, and that is taken back; then all are archived.
  await board.card("Copy 555").hover();
  await board.card("Copy 555").getByRole("button", { name: "Actions for Copy 555" }).click();
  await page.getByRole("menuitem", { name: "Acknowledge the failure" }).click();
  await expect(
    board.column("Recently ended").getByRole("link", { name: "Copy 555", exact: true }),
  ).toBeVisible();
  await expect(failed).toHaveAccessibleName("Failed, 554 runs");
  await page.getByRole("button", { name: "Undo" }).click();
  await expect(failed).toHaveAccessibleName("Failed, 555 runs");
  await page.getByRole("button", { name: "Actions for Failed" }).click();
  await page.getByRole("menuitem", { name: "Archive all…" }).click();
  const ask = page.getByRole("alertdialog", { name: "Archive 555 runs?" });
  await ask.getByRole("button", { name: "Archive them" }).click();
  await expect(ask).toBeHidden({ timeout: 20_000 });
  await expect(failed).toHaveAccessibleName("Failed, 0 runs");
  await page.goto(`/p/${project.slug}/runs?archived=1`);
  await expect(page.getByRole("link", { name: "Copy 555", exact: true })).toBeVisible();
});

test("a card is moved by dragging and by key: to paused, to running, back to a phase, and not where it makes no sense", async ({
  page,
}) => {
  const project = await makeProject("Moved");
  const definition = await person.api.createDefinition(project, HOLD);
  const { id } = await person.api.start(definition, "Carried");
  const status = async () => (await person.api.run(id)).status;
  await expect.poll(status).toBe("running");
  await signIn(page, person);
  const board = new Board(page);
  await board.open(project.slug);
  const card = board.card("Carried");
  await expect(board.column("Running").getByRole("link", { name: "Carried" })).toBeVisible();
  await card.hover();
  await page.waitForFunction(() => document.querySelector("[draggable=true]") !== null);

  await card.dragTo(board.column("Needs you"));
  await expect(
    page.getByText("A run comes here by itself when it asks for something.").first(),
  ).toBeVisible();
  expect(await status()).toBe("running");
  await card.dragTo(board.column("Paused"));
  await expect(board.column("Paused").getByRole("link", { name: "Carried" })).toBeVisible();
  await expect.poll(status).toBe("paused");

  await card.getByRole("link", { name: "Carried" }).focus();
  await page.keyboard.press("m");
  const dialog = page.getByRole("dialog", { name: /^Move Carried/ });
  await expect(dialog.getByRole("button", { name: /^Paused/ })).toHaveAttribute("aria-disabled", "true");
  await dialog.getByRole("button", { name: /^Running/ }).click();
  await expect.poll(status).toBe("running");

  // As on the board of all projects.
  await page.goto("/board");
  await expect(board.column("Running").getByRole("link", { name: "Carried" })).toBeVisible();
  await card.hover();
  await page.waitForFunction(() => document.querySelector("[draggable=true]") !== null);
  await card.dragTo(board.column("Paused"));
  await expect.poll(status).toBe("paused");
  // What others do comes by the stream of all projects, in every tab by the connection of one.
  await expect(page.getByText("live", { exact: true })).toBeVisible();
  const other = await page.context().newPage();
  const streams: string[] = [];
  other.on("request", (request) => streams.push(request.url()));
  await other.goto("/board");
  await expect(other.getByText("live", { exact: true })).toBeVisible();
  await person.api.do("POST", `/workflow-executions/${id}/resume`);
  for (const tab of [board, new Board(other)])
    await expect(tab.column("Running").getByRole("link", { name: "Carried" })).toBeVisible();
  expect(streams.filter((url) => url.includes("/trpc/events."))).toEqual([]);
  await other.close();

  // Back to an earlier phase, after it was asked.
  await person.api.do("POST", `/workflow-executions/${id}/cancel`);
  await expect.poll(status).toBe("cancelled");
  await page.goto(`/p/${project.slug}?definition=${definition.slug}`);
  await expect(board.column("Recently ended").getByRole("link", { name: "Carried" })).toBeVisible();
  await card.hover();
  await page.waitForFunction(() => document.querySelector("[draggable=true]") !== null);
  await card.dragTo(board.column("build"));
  await page.getByRole("alertdialog").getByRole("button", { name: "Retry from build" }).click();
  await expect(board.column("test").getByRole("link", { name: "Carried" })).toBeVisible();
  await person.api.do("POST", `/workflow-executions/${id}/cancel`);
});

test("the timeline has attempts, waits and parallel steps, zooms, folds, and its times add up", async ({
  page,
}) => {
  const project = await makeProject("Timed");
  const definition = await person.api.createDefinition(
    project,
    `name: Timed
phases: [build, test, publish]
steps:
  - { id: build, phase: build, type: script, run: 'sleep 0.2' }
  - { id: lint, phase: test, type: script, needs: [build], run: 'sleep 0.6' }
  - { id: unit, phase: test, type: script, needs: [build], retry: { attempts: 2, delay: 1s }, run: 'if [ -e tried ]; then sleep 0.3; else touch tried; exit 1; fi' }
  - { id: sign-off, phase: publish, type: approval, needs: [lint, unit], prompt: 'Publish?' }
`,
  );
  const { id } = await person.api.start(definition, "Timed");
  await expect
    .poll(
      async () => (await person.api.run(id)).steps.find((step) => step.step_id === "sign-off")?.waiting_for,
    )
    .toBe("approval");
  await signIn(page, person);
  await page.goto(`/p/${project.slug}/runs/${id}?more=timeline`);
  const steps = page.getByRole("list", { name: "Phases and steps" });
  await expect(
    steps.getByRole("button", { name: /^unit: done, 2 attempts, worked .*, waited / }),
  ).toBeVisible();
  await expect(steps.getByRole("button", { name: /^sign-off: needs you, waited / })).toBeVisible();
  await expect(page.getByText("working", { exact: true })).toBeVisible();
  await inspectPage(page, test.info().outputPath("timeline"));
  await page.setViewportSize({ width: 1440, height: 900 });
  const chart = page.getByRole("region", { name: "Steps over time" });
  const widthOf = () => chart.evaluate((box) => box.scrollWidth);
  const before = await widthOf();
  await page.getByRole("button", { name: "Zoom in" }).click();
  await expect.poll(widthOf).toBeGreaterThan(before * 1.5);
  // A phase folds into one row, and a step opens from its row.
  await steps.getByRole("button", { name: /^test: / }).click();
  await expect(steps.getByRole("button", { name: /^unit: / })).toBeHidden();
  await steps
    .getByRole("button", { name: /^build: done/ })
    .last()
    .click();
  await expect(page).toHaveURL(/step=build/);
});
