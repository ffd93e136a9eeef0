import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, type Page, test } from "@playwright/test";
import type { Move, Play } from "../src/test/agent-process";
import { bundleProgram } from "../src/test/bundle";
import { Board } from "./pages/board";
import { RunPage } from "./pages/run";
import { inspectPage } from "./support/inspect-page";
import { browserOf, makePerson } from "./support/people";

const DEFINITION = `name: Release notes
phases: [write, check]
steps:
  - { id: notes, name: Write the notes, phase: write, type: agent, agent: player, prompt: Release the beta. }
  - { id: look, name: Look at them, phase: check, type: script, run: 'echo looked' }
`;

const tool = (facts: object): Move => ({ update: { sessionUpdate: "tool_call", ...facts } });
const plan = (...statuses: string[]): Move => ({
  update: {
    sessionUpdate: "plan",
    entries: ["Read the version", "Raise it", "Publish"].map((content, at) => ({
      content,
      priority: "medium",
      status: statuses[at],
    })),
  },
});
const thought: Move = {
  update: { sessionUpdate: "agent_thought_chunk", content: { type: "text", text: "It is in package.json." } },
};

const PLAY: Play = {
  turn: [
    thought,
    { say: "I will look at the **version** first:\n\n```sh\ncat package.json\n```\n" },
    plan("in_progress", "pending", "pending"),
    { waitFor: "go" },
    tool({ toolCallId: "1", title: "Read package.json", kind: "read", status: "completed" }),
    tool({
      toolCallId: "2",
      title: "Raise the version",
      kind: "edit",
      status: "completed",
      locations: [{ path: "package.json", line: 2 }],
      content: [
        {
          type: "diff",
          path: "package.json",
          oldText: '{\n  "version": "1.5.0"\n}\n',
          newText: '{\n  "version": "1.6.0"\n}\n',
        },
      ],
    }),
    plan("completed", "completed", "in_progress"),
    { update: { sessionUpdate: "usage_update", used: 12_400, size: 200_000 } },
    { ask: "npm publish --tag beta" },
    plan("completed", "completed", "completed"),
    { say: "Version **1.6.0** is out." },
  ],
};

/** Checks the page of a pending request. */
async function inspect(page: Page, url: string): Promise<void> {
  await page.goto(url);
  await expect(page.getByRole("region", { name: "Asks for permission" })).toBeVisible();
  await expect(page.getByRole("article", { name: "Change to package.json" })).toBeVisible();
  await inspectPage(page, test.info().outputPath("request"));
}

const TALK: Play = {
  loads: true,
  remembers: true,
  turns: [[{ say: "I will write the notes." }, { waitFor: "go" }]],
  turn: [{ say: "Done as you said: " }, { echo: true }],
};

/** A project with an agent that plays this, and a definition whose first step is of it. */
async function makeAgent(
  ada: Awaited<ReturnType<typeof makePerson>>,
  name: string,
  play: Play,
  more: object,
  source = DEFINITION,
) {
  const project = await ada.api.createProject(`${name} ${ada.email.slice(0, 12)}`);
  const program = await bundleProgram(
    "src/test/agent-process.ts",
    "node_modules/.cache/phaseboard-test/agent-e2e.mjs",
  );
  const player = { command: process.execPath, args: [program, JSON.stringify(play)], ...more };
  await mkdir(join(project.path, ".agent"), { recursive: true });
  await writeFile(join(project.path, ".agent/agents.yaml"), JSON.stringify({ player }));
  return { project, definition: await ada.api.createDefinition(project, source) };
}

test("people write to an agent at work, and continue it once it has ended", async ({ browser }) => {
  test.setTimeout(240_000);
  const ada = await makePerson("Ada", "admin");
  const viewer = await makePerson("Vera");
  const { project, definition } = await makeAgent(ada, "Talk", TALK, {});
  await ada.api.addMember(project, viewer, "viewer");
  const { page } = await browserOf(browser, ada);
  const { id } = await ada.api.start(definition, "Beta 1.7");
  const address = `/p/${project.slug}/runs/${id}?step=notes`;
  await page.goto(address);
  const session = page.getByRole("region", { name: "Session", exact: true });
  await expect(session.getByText("I will write the notes.")).toBeVisible();

  const talk = page.getByRole("region", { name: "Talk to the agent" });
  const box = talk.getByRole("textbox", { name: "Message to player" });
  await box.fill("And the docs?");
  await page.reload();
  await expect(box).toHaveValue("And the docs?");
  await talk.getByRole("button", { name: "Send", exact: true }).click();
  const queue = talk.getByRole("list", { name: "Messages that wait" });
  await expect(queue.getByRole("listitem")).toContainText(["And the docs?"]);
  await expect(box).toHaveValue("");
  await box.fill("Never mind.");
  await box.press("ControlOrMeta+Enter");
  await expect(queue.getByRole("listitem")).toHaveCount(2);
  await queue.getByRole("button", { name: "Edit the message" }).first().click();
  await queue.getByRole("textbox").fill("And the README?");
  await queue.getByRole("button", { name: "Save" }).click();
  await expect(queue.getByRole("listitem").first()).toContainText("And the README?");
  await inspectPage(page, test.info().outputPath("talk"));
  await queue.getByRole("button", { name: "Withdraw the message" }).last().click();
  await expect(queue.getByRole("listitem")).toHaveCount(1);

  const watching = (await browserOf(browser, viewer)).page;
  await watching.goto(address);
  const shown = watching.getByRole("region", { name: "Talk to the agent" });
  await expect(shown).toContainText("And the README?");
  await expect(shown).toContainText("Members of the project can write to the agent.");
  await expect(shown.getByRole("button")).toHaveCount(0);

  await writeFile(join(project.path, "go"), "");
  await expect(session.getByRole("article", { name: "Message of Ada" })).toContainText("And the README?");
  await expect(session.getByText("Done as you said: And the README?")).toBeVisible();
  await expect(page.getByRole("img", { name: "Done" }).first()).toBeVisible();
  await box.fill("Shorter, please.");
  await talk.getByRole("button", { name: "Continue" }).click();
  await expect(session.getByText("Done as you said: Shorter, please.")).toBeVisible({ timeout: 30_000 });
  // What was said before stands above it.
  await expect(session.getByText("I will write the notes.")).toBeVisible();
  await expect(session.getByRole("article", { name: /^Message of/ })).toHaveCount(2);
});

test("an agent's session is followed live, and what it asks leave for is answered on the board", async ({
  browser,
}) => {
  test.setTimeout(240_000);
  const ada = await makePerson("Ada", "admin");
  const grace = await makePerson("Grace");
  const viewer = await makePerson("Vera");
  const { project, definition } = await makeAgent(ada, "Agents", PLAY, { permissions: "ask" });
  await ada.api.addMember(project, grace, "member");
  await ada.api.addMember(project, viewer, "viewer");

  const { page } = await browserOf(browser, ada);
  const { id } = await ada.api.start(definition, "Beta 1.6");
  const run = new RunPage(page);
  await run.open(project.slug, id);
  const session = page.getByRole("region", { name: "Session", exact: true });
  await expect(session.getByText("version", { exact: true })).toBeVisible();
  await expect(session.getByText("cat package.json")).toBeVisible();
  await expect(session.getByRole("article", { name: "Prompt" })).toContainText("Release the beta.");
  await expect(page.getByText("0 of 3")).toBeVisible();
  await expect(page.getByRole("status").filter({ hasText: "Working" })).toBeVisible();

  await writeFile(join(project.path, "go"), "");
  const change = session.getByRole("article", { name: "Change to package.json" });
  await expect(change).toContainText('"version": "1.6.0"');
  await expect(session.getByRole("img", { name: "Read" })).toBeVisible();
  await expect(page.getByText("2 of 3")).toBeVisible();
  const asks = page.getByRole("region", { name: "Asks for permission" });
  await expect(asks).toContainText("npm publish --tag beta");
  await expect(page.getByRole("status").filter({ hasText: "Waits for an answer" })).toBeVisible();
  const address = `/p/${project.slug}/runs/${id}?step=notes`;
  await inspect(page, address);

  const watching = new Board((await browserOf(browser, viewer)).page);
  await watching.open(project.slug, "release-notes");
  await expect(watching.card("Beta 1.6")).toContainText("npm publish --tag beta");
  await expect(watching.card("Beta 1.6")).toContainText("Answered by members");
  await expect(watching.card("Beta 1.6").getByRole("button")).toHaveCount(0);

  const board = new Board((await browserOf(browser, grace)).page);
  await board.open(project.slug, "release-notes");
  const card = board.card("Beta 1.6");
  await expect(card.getByRole("img", { name: "Needs you", exact: true })).toBeVisible();
  await expect(board.column("write").getByRole("link", { name: "Beta 1.6" })).toBeVisible();
  const yes = card.getByRole("button", { name: /^Yes: npm publish/ });
  await yes.click();
  // It can be taken back, by its button and by its key.
  await card.getByRole("button", { name: /^Undo: answered yes/ }).click();
  await yes.click();
  await expect(card).toContainText("Answered Yes");
  await board.page.keyboard.press("z");
  await expect(yes).toBeVisible();
  await yes.click();
  await card.getByRole("button", { name: "Send now" }).click();
  for (const each of [board, watching]) {
    await expect(each.column("Recently ended").getByRole("link", { name: "Beta 1.6" })).toBeVisible({
      timeout: 30_000,
    });
  }

  await expect(session.getByText("1.6.0", { exact: true })).toBeVisible();
  await expect(session.getByText("Grace allowed: npm publish --tag beta (Yes)")).toBeVisible();
  await expect(asks).toHaveCount(0);
  const { steps } = await ada.api.run(id);
  const answered = await ada.api.do<{ permission_requests: object[] }>(
    "GET",
    `/workflow-steps/${steps[0]?.id}`,
  );
  expect(answered.permission_requests).toMatchObject([
    { status: "answered", option_id: "yes", answered_by_name: "Grace" },
  ]);
});

test("a run whose budget is reached pauses, and goes on once a person has raised it", async ({ browser }) => {
  test.setTimeout(240_000);
  const ada = await makePerson("Ada", "admin");
  const use = (used: number, amount: number): Move => ({
    update: { sessionUpdate: "usage_update", used, size: 200_000, cost: { amount, currency: "USD" } },
  });
  const play: Play = {
    ...{ loads: true, remembers: true },
    turns: [[{ say: "I will write the notes." }, use(12_400, 5.2), { hang: true }]],
    turn: [{ say: "The notes are written." }, use(14_000, 5.9)],
  };
  const limited = `${DEFINITION}budget: { cost: 5 }\n`;
  const { project, definition } = await makeAgent(ada, "Budget", play, {}, limited);
  const { page } = await browserOf(browser, ada);
  const { id } = await ada.api.start(definition, "Beta 1.8");
  await page.goto(`/p/${project.slug}/runs/${id}?step=notes`);
  const reached = page.getByRole("region", { name: "The budget is reached" });
  await expect(reached).toContainText("5.2 of 5 USD", { timeout: 30_000 });
  await expect(page.getByText("12.4K tokens").first()).toBeVisible();
  await expect(page.getByRole("button", { name: "Resume" })).toHaveCount(0);
  await expect(
    page.getByRole("status").filter({ hasText: "Waits: the run's budget is reached" }),
  ).toBeVisible();
  await inspectPage(page, test.info().outputPath("budget"));

  const board = new Board(page);
  await board.open(project.slug, "release-notes");
  await expect(board.card("Beta 1.8")).toContainText("The budget is reached: 5.2 of 5 USD");
  await board.card("Beta 1.8").getByRole("button", { name: "Raise the budget…" }).click();
  const dialog = page.getByRole("dialog", { name: "Raise the budget of this run" });
  await dialog.getByRole("textbox").fill("5");
  await expect(dialog.getByRole("button", { name: "Raise and resume" })).toBeDisabled();
  await dialog.getByRole("textbox").fill("8");
  await inspectPage(page, test.info().outputPath("raise"));
  await dialog.getByRole("button", { name: "Raise and resume" }).click();
  await expect(board.column("Recently ended").getByRole("link", { name: "Beta 1.8" })).toBeVisible({
    timeout: 30_000,
  });
  await page.goto(`/p/${project.slug}/runs/${id}?step=notes`);
  await expect(page.getByText("The notes are written.")).toBeVisible();
});

test("the sample's demo agent makes a change, and answers a review of it in its session", async ({
  browser,
}) => {
  test.setTimeout(240_000);
  const ada = await makePerson("Ada", "admin");
  const project = await ada.api.do<{ id: string; slug: string }>("POST", "/projects/sample");
  const all = await ada.api.do<{ id: string; slug: string }[]>("GET", `/workflows?project_id=${project.id}`);
  const definition = all.find(({ slug }) => slug === "issue-to-change");
  const { id } = await ada.api.start(definition ?? { id: "" }, "Weeks");
  const { page } = await browserOf(browser, ada);
  await page.goto(`/p/${project.slug}/runs/${id}?step=write`);
  const session = page.getByRole("region", { name: "Session", exact: true });
  await expect(session.getByText(/I am the demo agent/)).toBeVisible({ timeout: 30_000 });
  const waits = async () => (await ada.api.run(id)).steps.find((step) => step.step_id === "review")?.status;
  await expect.poll(waits, { timeout: 60_000 }).toBe("running");
  const review = {
    decision: "request_changes",
    comments: [{ path: "CHANGELOG.md", side: "new", line: 3, text: "Say how: `- parse reads weeks`" }],
  };
  await ada.api.do("POST", `/workflow-executions/${id}/reviews`, review);
  await expect(session.getByText(/Thank you for the review/)).toBeVisible({ timeout: 60_000 });
  await expect(session.getByRole("article", { name: "Message of Ada" })).toContainText("CHANGELOG.md:3");
  await expect(session.getByText(/I am the demo agent/)).toBeVisible();
  await inspectPage(page, test.info().outputPath("demo"));
});
