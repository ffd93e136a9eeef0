import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, type Page, test } from "@playwright/test";
import type { Project } from "./support/api";
import { inspectPage } from "./support/inspect-page";
import { makePerson, signIn } from "./support/people";

const FOLDER = ".agent/workflows/definitions";
/** Three faults, of which loading told the first alone. */
const BROKEN = `name: Deploy
phases: [build, ship]
steps:
  - id: build
    phase: biuld
    type: script
    run: make
    timeout: soon
  - id: ship
    phase: ship
    type: script
    run: make ship
    if: \${{ steps.bild.status == 'completed' }}
`;

let person: Awaited<ReturnType<typeof makePerson>>;
let project: Project;

test.beforeAll(async () => {
  person = await makePerson("Edith", "admin");
  project = await person.api.createProject(`Editor ${person.email.slice(0, 12)}`);
  await mkdir(join(project.path, ".agent"), { recursive: true });
  await writeFile(join(project.path, ".agent/agents.yaml"), "claude: { command: claude-agent-acp }\n");
  await person.api.do("PUT", `/projects/${project.id}/secrets/NPM_TOKEN`, { value: "hush hush" });
});

const editorOf = (page: Page, language = "YAML") =>
  page.getByRole("textbox", { name: `Source of the definition, in ${language}` });
const problemsOf = (page: Page) => page.getByRole("region", { name: "Problems" });

async function replace(page: Page, text: string, language?: string) {
  await editorOf(page, language).click();
  await page.keyboard.press("ControlOrMeta+a");
  await page.keyboard.insertText(text);
}

/** Types at the end of the text, and takes what is offered first. */
async function complete(page: Page, typed: string, offered: string) {
  await page.keyboard.type(typed);
  await page.keyboard.press("Control+Space");
  const first = page.locator(".cm-tooltip-autocomplete li[aria-selected]");
  await expect(first).toContainText(offered);
  // The list takes no keys within the first moments, so that nobody picks by accident.
  await page.waitForTimeout(120);
  await page.keyboard.press("Enter");
}

test("a definition is checked while it is typed, and completed from the schema and the project", async ({
  page,
}, info) => {
  await signIn(page, person);
  await page.goto(`/p/${project.slug}/definitions?new`);
  const problems = problemsOf(page);
  await expect(problems.getByRole("status")).toHaveText("No problems");
  await replace(page, BROKEN);
  await expect(problems.getByRole("status")).toHaveText("3 problems");
  await expect(page.locator(".cm-lintRange-error")).toHaveText(["biuld", "soon", /bild/]);
  await inspectPage(page, info.outputPath("problems"));
  await page.setViewportSize({ width: 1440, height: 900 });

  await problems.getByRole("button", { name: "there is no step" }).click();
  await expect(editorOf(page)).toBeFocused();
  const active = page.locator(".cm-activeLine");
  await expect(active).toContainText("steps.bild");
  await page.keyboard.press("F8");
  await expect(active).toContainText("biuld");
  await page.keyboard.press("Shift+F8");
  await expect(active).toContainText("steps.bild");

  await replace(page, BROKEN.replace("biuld", "build").replace("soon", "5m").replace("bild", "build"));
  await expect(problems.getByRole("status")).toHaveText("No problems");
  await page.keyboard.press("ControlOrMeta+End");
  await page.keyboard.type("  - id: notes\n");
  await complete(page, "ty", "type");
  await complete(page, "ag", "agent");
  await page.keyboard.press("Enter");
  await complete(page, "ag", "agent");
  await complete(page, "", "claude");
  await page.keyboard.press("Enter");
  await complete(page, "ph", "phase");
  await complete(page, "sh", "ship");
  await page.keyboard.press("Enter");
  await complete(page, "sec", "secrets");
  await complete(page, "", "NPM_TOKEN");
  await page.keyboard.press("End");
  await page.keyboard.press("Enter");
  await complete(page, "prom", "prompt");
  await complete(page, "Notes of ${{ st", "steps");
  await complete(page, ".b", "build");
  await complete(page, ".o", "output");
  await page.keyboard.type(" }}");
  await expect(problems.getByRole("status")).toHaveText("No problems");
  await page.getByRole("button", { name: "Create definition" }).click();
  await expect(page).toHaveURL(/definitions\/deploy$/);
  const written = await readFile(join(project.path, FOLDER, "deploy.yaml"), "utf8");
  expect(written).toContain(
    "  - id: notes\n    type: agent\n    agent: claude\n    phase: ship\n    secrets: [NPM_TOKEN]\n    prompt: Notes of ${{ steps.build.output }}",
  );
});

test("nothing typed is lost, and a file that was changed meanwhile is not written over", async ({
  page,
}, info) => {
  const text = (name: string) =>
    `name: ${name}\nphases: [work]\nsteps:\n  - { id: a, phase: work, type: script, run: make }\n`;
  await person.api.createDefinition(project, text("Kept"));
  await signIn(page, person);
  await page.goto(`/p/${project.slug}/definitions/kept?edit`);
  await replace(page, text("Mine"));
  await page.keyboard.press("Escape");
  page.once("dialog", (dialog) => dialog.accept());
  await page.reload();
  await expect(page.getByText("Your unsaved text is back")).toBeVisible();
  await expect(editorOf(page)).toContainText("name: Mine");

  await writeFile(join(project.path, FOLDER, "kept.yaml"), text("Theirs"));
  const bar = page.getByRole("alert").filter({ hasText: "changed elsewhere" });
  await expect(bar).toBeVisible();
  await expect(page.getByRole("button", { name: "Save", exact: true })).toBeDisabled();
  await bar.getByRole("button", { name: "Compare" }).click();
  const compared = page.getByRole("textbox", { name: "Your text compared with the file" });
  await expect(compared.locator(".cm-deletedChunk")).toContainText("name: Theirs");
  await expect(compared.locator(".cm-changedLine")).toContainText("name: Mine");
  await inspectPage(page, info.outputPath("conflict"));
  await page.setViewportSize({ width: 1440, height: 900 });
  await bar.getByRole("button", { name: "Keep mine" }).click();
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await expect(page).toHaveURL(/definitions\/kept$/);
  expect(await readFile(join(project.path, FOLDER, "kept.yaml"), "utf8")).toBe(text("Mine"));
});

test("TypeScript is written there, too", async ({ page }) => {
  await signIn(page, person);
  await page.goto(`/p/${project.slug}/definitions?new`);
  await page.getByRole("combobox", { name: "Language" }).click();
  await page.getByRole("option", { name: /TypeScript/ }).click();
  const problems = problemsOf(page);
  const editor = editorOf(page, "TypeScript");
  await expect(editor).toContainText("defineWorkflow");
  await expect(problems.getByRole("status")).toHaveText("No problems", { timeout: 15_000 });
  const code = (phases: string) =>
    `import { defineWorkflow } from "phaseboard";\nexport default defineWorkflow({\n  name: "In code",\n  phases: ${phases},\n  async run() {},\n});\n`;
  await replace(page, code("[]"), "TypeScript");
  await expect(problems.getByRole("button", { name: "4:3 phases" })).toBeVisible();
  await replace(page, code('["a"]'), "TypeScript");
  await expect(problems.getByRole("status")).toHaveText("No problems");
  await page.getByRole("button", { name: "Create definition" }).click();
  await expect(page).toHaveURL(/definitions\/in-code$/);
  expect(await readFile(join(project.path, FOLDER, "in-code.ts"), "utf8")).toBe(code('["a"]'));
  await expect(page.getByRole("link", { name: "Edit", exact: true })).toBeVisible();
});
