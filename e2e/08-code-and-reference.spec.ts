import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "@playwright/test";
import { Board } from "./pages/board";
import { Discussion } from "./pages/discussion";
import { RunPage } from "./pages/run";
import { browserOf, makePerson } from "./support/people";

const LOOP = `import { defineWorkflow } from "phaseboard";
import { z } from "zod";

export default defineWorkflow({
  name: "Fix until green",
  description: "Tries until the tests pass",
  phases: ["implement", "test"],
  on: { schedule: [{ id: "nightly", cron: "0 3 1 1 *" }], webhook: [{}] },
  args: z.object({ greenAt: z.number().int().default(2) }),
  async run({ args, step, phase, comment }) {
    for (let round = 1; round <= 5; round++) {
      await phase("implement");
      await step.function(\`fix-\${round}\`, () => ({ round }));
      await phase("test");
      const test = await step.script(\`test-\${round}\`, {
        run: '[ "$ROUND" -ge "$GREEN" ]',
        env: { ROUND: String(round), GREEN: String(args.greenAt) },
        continueOnError: true,
      });
      if (test.status === "completed") {
        await comment(\`Green after **\${round}** rounds\`);
        return;
      }
    }
    throw new Error("still red");
  },
});
`;

test("a definition in TypeScript appears, is started with its form, and loops until it is done", async ({
  browser,
}) => {
  const ada = await makePerson("Ada", "admin");
  const project = await ada.api.createProject(`Code ${ada.email.slice(0, 12)}`);
  const keep = "name: Keep\nphases: [a]\nsteps: [{ id: a, type: script, run: 'true' }]\n";
  // Creates the definitions folder.
  await ada.api.createDefinition(project, keep);
  const { page } = await browserOf(browser, ada);
  await page.goto(`/p/${project.slug}/definitions`);
  await expect(page.getByRole("link", { name: "Keep" })).toBeVisible();
  await writeFile(join(project.path, ".agent/workflows/definitions/loop.ts"), LOOP);
  await page.getByRole("link", { name: "Fix until green" }).click();
  await expect(page.getByText("Tries until the tests pass", { exact: true })).toBeVisible();

  // Its triggers are listed and switched on its page, like those of a YAML definition.
  const nightly = page.getByRole("switch", { name: /^At 03:00/ });
  // A file that was written to the folder has no person yet, so its triggers are off.
  await expect(nightly).not.toBeChecked();
  await expect(page.getByRole("switch", { name: "Webhook" })).toBeVisible();
  await nightly.click();
  await expect(nightly).toBeChecked();
  await page.reload();
  await expect(nightly).toBeChecked();
  const definitions = await ada.api.do<{ id: string; slug: string }[]>(
    "GET",
    `/workflows?project_id=${project.id}`,
  );
  const loop = definitions.find(({ slug }) => slug === "loop");
  const triggers = () =>
    ada.api.do<{ kind: string; enabled: boolean }[]>("GET", `/workflows/${loop?.id}/triggers`);
  await expect
    .poll(async () => (await triggers()).find(({ kind }) => kind === "schedule")?.enabled)
    .toBe(true);

  const board = new Board(page);
  await board.open(project.slug, "loop");
  await board.start("Loop once");
  await expect(board.column("Recently ended").getByRole("link", { name: "Loop once" })).toBeVisible({
    timeout: 30_000,
  });
  const [run] = await ada.api.do<{ id: string }[]>("GET", `/workflow-executions?project_id=${project.id}`);
  const { steps } = await ada.api.run(run?.id ?? "");
  expect(steps.map(({ step_id, status }) => `${step_id} ${status}`)).toEqual([
    "fix-1 completed",
    "test-1 failed",
    "fix-2 completed",
    "test-2 completed",
  ]);
  await new RunPage(page).open(project.slug, run?.id ?? "");
  const discussion = new Discussion(page);
  await discussion.open("Comments");
  await expect(discussion.list).toContainText("Green after 2 rounds");

  await writeFile(join(project.path, ".agent/workflows/definitions/loop.ts"), `${LOOP}\nnothing.there();\n`);
  await page.goto(`/p/${project.slug}/definitions/loop`);
  await expect(page.getByText("loop.ts:29:1").first()).toBeVisible();
  const source = page.getByRole("textbox", { name: "Source of the definition" });
  await expect(source.locator(".cm-line:has-text('nothing.there()') + .cm-fault")).toContainText("Column 1:");
  await expect(source.locator(".cm-line span", { hasText: /^export$/ }), "in colour").toBeVisible();
});

test("the API's reference reads without anything from elsewhere", async ({ page, baseURL }) => {
  const outside: string[] = [];
  page.on("request", (request) => {
    const { protocol, origin } = new URL(request.url());
    if (protocol.startsWith("http") && origin !== new URL(baseURL ?? "").origin) outside.push(request.url());
  });
  const failures: string[] = [];
  page.on("pageerror", (error) => failures.push(error.message));
  await page.goto("/api/docs");
  await expect(page.getByRole("heading", { name: "Phaseboard" }).first()).toBeVisible({ timeout: 30_000 });
  // Of so many operations the library shows those that are scrolled to, or filtered for.
  await page.getByPlaceholder("Filter by tag").fill("runs");
  await expect(page.getByText("/workflow-executions").first()).toBeVisible();
  expect(outside).toEqual([]);
  expect(failures).toEqual([]);
});
