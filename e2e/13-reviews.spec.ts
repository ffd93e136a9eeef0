import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "@playwright/test";
import { ChangesPane } from "./pages/changes";
import { inspectPage } from "./support/inspect-page";
import { browserOf, makePerson } from "./support/people";

const DEFINITION = `name: Fix
workspace: copy
phases: [work, ship]
steps:
  - id: fix
    name: Fix
    phase: work
    type: script
    run: |
      echo "attempt $PHASEBOARD_ATTEMPT" >> app.txt
      if [ "$PHASEBOARD_ATTEMPT" = 2 ]; then sed -i '1i first' app.txt; fi
      if [ -n "$PHASEBOARD_REVIEW" ]; then cp "$PHASEBOARD_REVIEW" asked.json; fi
  - id: look
    name: Look at it
    phase: work
    type: approval
    prompt: Is it right?
    rework: fix
  - { id: ship, name: Ship, phase: ship, type: script, run: cat app.txt }
`;

test("a person comments on lines and requests changes, and another one approves what came of it", async ({
  browser,
}) => {
  const ada = await makePerson("Ada", "admin");
  const grace = await makePerson("Grace");
  const project = await ada.api.createProject(`Reviews ${ada.email.slice(0, 12)}`);
  await ada.api.addMember(project, grace, "member");
  await writeFile(join(project.path, "app.txt"), "one\ntwo\n");
  const definition = await ada.api.createDefinition(project, DEFINITION);
  const { id } = await ada.api.start(definition, "Mend the app");
  const { page } = await browserOf(browser, ada);
  const changes = new ChangesPane(page);
  await changes.open(project.slug, id);
  const bar = page.getByRole("region", { name: "Your review" });
  await expect(bar).toContainText("Look at it waits for a decision");

  // The button beside a line begins a comment; what is typed outlives the page.
  await changes.comment("app.txt", 1);
  const field = page.getByRole("textbox", { name: "Comment on line 3" });
  await field.fill("Say **why** here.");
  await page.reload();
  await expect(field).toHaveValue("Say **why** here.");

  // People are named as in any comment, and other lines are suggested.
  await field.press("Control+End");
  await field.pressSequentially(" @Gra");
  await expect(page.getByRole("option", { name: "Grace" })).toBeVisible();
  await field.press("Enter");
  await page.getByRole("button", { name: "Suggest a change" }).click();
  await expect(field).toHaveValue("Say **why** here. @Grace\n\n```suggestion\nattempt 1\n```\n");
  await field.fill("Say **why** here. @Grace\n\n```suggestion\nthe first attempt\n```\n");
  await expect(page.getByRole("region", { name: "Suggested change" })).toContainText(
    "Added: the first attempt",
  );
  await page.getByRole("button", { name: "Add to review" }).click();
  await expect(page.getByRole("article", { name: "Your comment, not sent yet" })).toContainText(
    "Say why here.",
  );
  await expect(bar).toContainText("1 comment not sent");

  await bar.getByRole("button", { name: "Review…" }).click();
  const dialog = page.getByRole("dialog", { name: "Send your review" });
  await expect(dialog.getByRole("radio", { name: /^Request changes/ })).toBeChecked();
  await inspectPage(page, "test-results/pictures/review-dialog");
  const summary = dialog.getByRole("textbox", { name: /Summary/ });
  await summary.fill("Nearly there");
  await dialog.getByRole("button", { name: "Send the review" }).click();
  await expect(dialog).toBeHidden();
  // It can be taken back where it was sent; what was typed and chosen is there again.
  const undo = bar.getByRole("button", { name: "Undo: changes requested, Look at it" });
  await expect(undo).toBeFocused();
  await undo.click();
  await expect(bar).toContainText("1 comment not sent");
  await bar.getByRole("button", { name: "Review…" }).click();
  await expect(summary).toHaveValue("Nearly there");
  await expect(dialog.getByRole("radio", { name: /^Request changes/ })).toBeChecked();
  await dialog.getByRole("button", { name: "Send the review" }).click();
  await bar.getByRole("button", { name: "Send now" }).click();

  // The step has run again, with what was said.
  await expect(changes.list.getByRole("button", { name: /asked.json/ })).toBeVisible();
  await expect(changes.lines("app.txt", "addition")).toHaveCount(3);
  // It has gone along with its line.
  const sent = page.getByRole("article", { name: "Comment of Ada" });
  await expect(sent).toContainText("was line 3");
  await expect(sent.getByRole("region", { name: "Suggested change" })).toContainText("Removed: attempt 1");
  await expect(changes.lines("asked.json", "addition").filter({ hasText: "suggestion" })).not.toHaveCount(0);
  await inspectPage(page, "test-results/pictures/reviewed-changes");
  await sent.getByRole("button", { name: "Resolve" }).click();
  await expect(sent.getByRole("button", { name: "Ada · resolved by Ada" })).toBeFocused();
  await page.getByRole("button", { name: /^Comments/ }).click();
  await page.getByRole("button", { name: /^Ada on app\.txt, line 3 · resolved by Ada/ }).click();
  await expect(page.getByText(/changes requested, back to/)).toBeVisible();
  await expect(page.getByRole("button", { name: /Show app\.txt, line 3/ })).toBeVisible();

  const { page: hers } = await browserOf(browser, grace);
  const her = new ChangesPane(hers);
  await her.open(project.slug, id);
  await hers.getByRole("button", { name: "Review…" }).click();
  await hers.getByRole("radio", { name: /^Approve/ }).check();
  await hers.getByRole("textbox", { name: /Summary/ }).fill("Right");
  await hers.getByRole("button", { name: "Send the review" }).click();
  await expect(hers.getByRole("button", { name: "Undo: approved, Look at it" })).toBeVisible();
  // Whoever leaves the page has decided, and the draft is gone with it.
  await hers.reload();
  await expect.poll(async () => (await ada.api.run(id)).status).toBe("completed");
  await expect(hers.getByRole("region", { name: "Your review" })).toBeHidden();
});

const PLANNED = `name: Planned
workspace: copy
phases: [work]
steps:
  - { id: write, name: Write it, phase: work, type: agent, agent: demo, prompt: Greet people }
  - id: look
    name: Look at it
    phase: work
    type: approval
    prompt: Is it right?
    rework: write
`;

test("a person comments on an entry of an agent's plan, and the agent plans otherwise", async ({
  browser,
}) => {
  const ada = await makePerson("Ada", "admin");
  const project = await ada.api.createProject(`Plans ${ada.email.slice(0, 12)}`);
  await mkdir(join(project.path, ".agent"), { recursive: true });
  await writeFile(
    join(project.path, ".agent/agents.yaml"),
    'demo: { command: phaseboard, args: [demo-agent, --pace, "20"] }\n',
  );
  const definition = await ada.api.createDefinition(project, PLANNED);
  const { id } = await ada.api.start(definition, "Greet");
  await expect.poll(async () => (await ada.api.run(id)).steps[1]?.waiting_for).toBe("approval");
  const { page } = await browserOf(browser, ada);
  await page.goto(`/p/${project.slug}/runs/${id}?step=write`);
  const plan = page.getByRole("list", { name: "Plan" });
  const entry = plan.getByRole("listitem").filter({ hasText: "Change CHANGELOG.md" });
  await entry.hover();
  await entry.getByRole("button", { name: "Comment on entry 2 of the plan" }).click();
  const field = entry.getByRole("textbox", { name: "Comment on entry 2 of the plan" });
  await field.fill("Better: `Write a greeting`");
  await page.reload();
  await expect(field).toHaveValue("Better: `Write a greeting`");
  await page.getByRole("button", { name: "Add to review" }).click();
  await expect(entry.getByRole("article", { name: "Your comment, not sent yet" })).toBeVisible();
  const bar = page.getByRole("region", { name: "Your review" });
  await expect(bar).toContainText("1 comment not sent");
  await inspectPage(page, "test-results/pictures/plan-comment");

  await bar.getByRole("button", { name: "Review…" }).click();
  const dialog = page.getByRole("dialog", { name: "Send your review" });
  await expect(dialog).toContainText("With 1 comment on the plan.");
  await dialog.getByRole("radio", { name: /^Request changes/ }).check();
  await dialog.getByRole("button", { name: "Send the review" }).click();
  await bar.getByRole("button", { name: "Send now" }).click();
  await expect(plan).toContainText("Write a greeting");
  await expect(page.getByRole("article", { name: "Message of Ada" })).toContainText("> Change CHANGELOG.md");
  await expect(bar).toBeHidden();

  // It stands beside what it spoke of.
  await page.goto(`/p/${project.slug}/runs/${id}?step=write&attempt=1`);
  await expect(entry.getByRole("article", { name: "Comment of Ada" })).toContainText("Better");
  await page.getByRole("button", { name: /^Comments/ }).click();
  await page.getByRole("button", { name: "Show plan of Write it, entry 2" }).click();
  await expect(entry).toBeVisible();
});
