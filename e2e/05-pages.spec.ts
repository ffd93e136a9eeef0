import { mkdir, rm, writeFile } from "node:fs/promises";
import { expect, type Page, test } from "@playwright/test";
import type { Api, Project } from "./support/api";
import { png, textFile } from "./support/files";
import { inspectPage } from "./support/inspect-page";
import { makePerson, type Person, signIn } from "./support/people";

/** Folder of the screenshots of every page; the README shows the board's. */
const PICTURES = "test-results/pictures";

const SHIP = `name: Ship a release
description: Builds, tests and publishes the site.
phases: [build, test, publish]
args_schema:
  type: object
  required: [channel]
  properties:
    channel: { type: string, enum: [beta, stable], default: beta, description: Who gets it. }
    notify: { type: boolean, default: true }
steps:
  - { id: install, phase: build, name: Install, type: script, run: 'echo 214 packages' }
  - { id: bundle, phase: build, name: Bundle, type: script, run: "printf '\\\\033[32m✓\\\\033[0m built in 1.2 s\\\\n'" }
  - { id: unit, phase: test, name: Unit tests, type: script, run: '[ "$NAME" != fail ] || { echo "✕ rounds half to even" >&2; echo "  expected 2, got 3" >&2; exit 1; }', env: { NAME: '\${{ run.name == "Ship 1.4" ? "fail" : "pass" }}' } }
  - { id: browser, phase: test, name: Browser tests, type: script, run: 'until [ ! -e "hold-$NAME" ]; do sleep 0.2; done', env: { NAME: '\${{ run.name }}' } }
  - { id: publish, phase: publish, name: Publish, type: script, run: 'until [ ! -e "last-$NAME" ]; do sleep 0.2; done', env: { NAME: '\${{ run.name }}' } }
`;

const ANNOUNCE = `name: Announce
phases: [write, send]
steps:
  - { id: draft, phase: write, name: Draft, type: script, run: 'echo 3 paragraphs' }
  - id: sign-off
    phase: send
    name: Sign-off
    type: approval
    prompt: |
      Send **\${{ run.name }}** to 1,204 readers?

      - [x] links lead somewhere
      - [ ] the picture has a caption
    approvers: { role: maintainer, count: 2 }
    form:
      type: object
      required: [channel]
      properties:
        channel: { type: string, enum: [beta, stable], description: Who gets it. }
  - { id: send, phase: send, name: Send, type: script, run: 'echo sent' }
`;

const BROKEN = `name: Nightly
phases: [all]
steps:
  - { id: a, type: script, run: 'true', timeout: soon }
`;

interface Scene {
  person: Person & { api: Api };
  project: Project;
  failed: string;
  /** A run that waits for an approval. */
  asks: string;
}

let scene: Scene;
let page: Page;
/** What the pages' Content Security Policy has refused. */
const refused: string[] = [];

/**
 * A project with runs in every state and a broken definition, and a browser that nobody has signed in to; for each of
 * the processes that share the pages.
 */
test.beforeAll(async ({ browser }) => {
  const person = await makePerson("Ada", "admin");
  const { api } = person;
  const project = await api.createProject("site");
  const definition = await api.createDefinition(project, SHIP);
  await writeFile(`${project.path}/.agent/workflows/definitions/nightly.yaml`, BROKEN);
  await api.do("PATCH", `/projects/${project.id}`, { max_concurrent_runs: 3 });
  await api.do("PUT", `/projects/${project.id}/secrets/NPM_TOKEN`, { value: "npm_5Xk2Qw8rT" });
  await api.do("POST", `/projects/${project.id}/workflows/sync`);
  for (const hold of ["hold-Ship 1.5", "hold-Ship 1.6", "last-Ship 1.7"])
    await writeFile(`${project.path}/${hold}`, "");
  const start = async (name: string, until: string) => {
    const { id } = await api.start(definition, name);
    await expect.poll(async () => (await api.run(id)).status, { timeout: 30_000 }).toBe(until);
    return id;
  };
  await start("Ship 1.2", "completed");
  await start("Ship 1.3", "completed");
  const failed = await start("Ship 1.4", "failed");
  const { id: asks } = await api.start(await api.createDefinition(project, ANNOUNCE), "Announce 1.4");
  await expect.poll(async () => (await api.run(asks)).steps[1]?.status, { timeout: 30_000 }).toBe("running");
  const paused = await start("Ship 1.5", "running");
  await expect.poll(async () => (await api.run(paused)).steps[3]?.status).toBe("running");
  await api.do("POST", `/workflow-executions/${paused}/pause`);
  for (const name of ["Ship 1.6", "Ship 1.7"]) await start(name, "running");
  await api.do("PATCH", `/projects/${project.id}`, { max_concurrent_runs: 2 });
  await start("Ship 1.8", "pending");
  const picture = await api.upload(failed, "unit", png("the failure.png"));
  await api.upload(
    failed,
    "unit",
    textFile("report.ts", 'export const failed: string[] = ["half"]; // one\n'),
  );
  const about = { step_id: "unit", artifact_ids: [picture.id] };
  await api.comment(failed, "**Rounding** again:\n\n```ts\nMath.round(2.5); // 3\n```", about);
  scene = { person, project, failed, asks };
  await mkdir(PICTURES, { recursive: true });
  page = await (await browser.newContext({ reducedMotion: "reduce" })).newPage();
  page.on("console", (message) => {
    if (message.text().includes("Content Security Policy")) refused.push(`${page.url()}: ${message.text()}`);
  });
});

test.afterAll(async () => {
  for (const hold of ["hold-Ship 1.5", "hold-Ship 1.6", "last-Ship 1.7"]) {
    await rm(`${scene.project.path}/${hold}`, { force: true });
  }
});

async function inspect(name: string): Promise<void> {
  await inspectPage(page, `${PICTURES}/${name}`);
  expect(refused).toEqual([]);
}
const rootOf = () => `/p/${scene.project.slug}`;

test.describe("axe finds nothing, wide and narrow, light and dark", () => {
  test.describe.configure({ mode: "parallel", timeout: 180_000 });

  test("on the pages of a stranger", async () => {
    await page.context().clearCookies();
    await page.goto("/setup?token=wrong");
    await expect(page.getByRole("heading").first()).toBeVisible();
    await inspect("setup");
    await page.goto("/signin");
    await inspect("signin");
  });

  for (const [name, at, text] of [
    ["projects", "/projects", "site"],
    ["inbox", "/inbox", "1,204 readers"],
    ["account", "/account", "API tokens"],
    ["missing", "/p/nothing-here", "There is nothing here"],
    ["board", () => rootOf(), "Ship 1.8"],
    ["board-phases", () => `${rootOf()}?definition=ship-a-release`, "Ship 1.8"],
    ["runs", () => `${rootOf()}/runs`, "Ship 1.8"],
    ["run", () => `${rootOf()}/runs/${scene.failed}`, "Unit tests"],
    ["approval", () => `${rootOf()}/runs/${scene.asks}?step=sign-off`, "1,204 readers"],
    ["comments", () => `${rootOf()}/runs/${scene.failed}?more=comments`, "Rounding"],
    ["history", () => `${rootOf()}/runs/${scene.failed}?more=history`, "Started by"],
    ["artifacts", () => `${rootOf()}/runs/${scene.failed}?more=artifacts`, "report.ts"],
    ["definitions", () => `${rootOf()}/definitions`, "Nightly"],
    ["templates", () => `${rootOf()}/definitions?templates`, "Templates"],
    ["new-definition", () => `${rootOf()}/definitions?new`, "My workflow"],
    ["definition", () => `${rootOf()}/definitions/ship-a-release`, "Unit tests"],
    ["definition-broken", () => `${rootOf()}/definitions/nightly`, "soon"],
    ["settings", () => `${rootOf()}/settings/secrets`, "NPM_TOKEN"],
  ] as const) {
    test(`on the page "${name}"`, async () => {
      await signedIn();
      await page.goto(typeof at === "string" ? at : at());
      await expect(page.getByText(text).filter({ visible: true }).first()).toBeVisible();
      await page.waitForLoadState("load");
      if (typeof at !== "string") await expect(page.getByText("live", { exact: true })).toBeVisible();
      await inspect(name);
    });
  }

  test("on what opens over a page", async () => {
    await signedIn();
    await page.goto(`${rootOf()}/runs/${scene.failed}?more=artifacts`);
    await page.getByRole("button", { name: "report.ts", exact: true }).click();
    await expect(page.getByRole("dialog").getByText("export")).toBeVisible();
    await inspect("artifact");
    await page.goto(rootOf());
    await page.getByRole("button", { name: /^Approve Sign-off/ }).click();
    await expect(page.getByRole("dialog", { name: "Approve Sign-off" }).getByLabel("Channel")).toBeVisible();
    await inspect("approve");
    await page.keyboard.press("Escape");
    await page.getByRole("button", { name: "New run" }).first().click();
    await expect(
      page.getByRole("dialog", { name: "New run" }).getByLabel("Name", { exact: true }),
    ).toBeVisible();
    await inspect("new-run");
  });
});

async function signedIn(): Promise<void> {
  const cookies = await page.context().cookies();
  if (!cookies.some(({ name }) => name.endsWith("session-token"))) await signIn(page, scene.person);
}
