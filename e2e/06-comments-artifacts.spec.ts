import { type Browser, expect, type Page, test } from "@playwright/test";
import { Board } from "./pages/board";
import { Discussion } from "./pages/discussion";
import { RunPage } from "./pages/run";
import type { Api, Project } from "./support/api";
import { png, textFile } from "./support/files";
import { browserOf, makePerson, type Person } from "./support/people";

const SHIP = `name: Ship
phases: [build, test]
steps:
  - { id: bundle, phase: build, name: Bundle, type: script, run: 'echo built' }
  - { id: unit, phase: test, name: Unit tests, type: script, run: 'echo "expected 2, got 3" >&2; exit 1' }
`;

interface Scene {
  ada: Person & { api: Api };
  project: Project;
  run: string;
}

async function makeScene(): Promise<Scene> {
  const ada = await makePerson("Ada", "admin");
  const project = await ada.api.createProject("site");
  const definition = await ada.api.createDefinition(project, SHIP);
  const { id: run } = await ada.api.start(definition, "Ship 1.5");
  await expect.poll(async () => (await ada.api.run(run)).status, { timeout: 30_000 }).toBe("failed");
  return { ada, project, run };
}

/** Opens the run's page as this person and waits until it is live. */
async function atRun(
  browser: Browser,
  person: Person,
  { project, run }: Scene,
): Promise<{ page: Page; at: Discussion }> {
  const { page } = await browserOf(browser, person);
  await new RunPage(page).open(project.slug, run);
  await expect(page.getByText("live", { exact: true })).toBeVisible();
  return { page, at: new Discussion(page) };
}

async function member(scene: Scene, name: string, role: string): Promise<Person & { api: Api }> {
  const person = await makePerson(name);
  await scene.ada.api.addMember(scene.project, person, role);
  return person;
}

test.beforeEach(() => {
  // Two or three people sign in before each test begins.
  test.setTimeout(180_000);
});

test.afterEach(async ({ browser }) => {
  await Promise.all(browser.contexts().map((context) => context.close()));
});

test("a comment with a pasted picture and a dropped file is there for everybody at once", async ({
  browser,
}) => {
  const scene = await makeScene();
  const grace = await member(scene, "Grace", "member");
  const ada = await atRun(browser, scene.ada, scene);
  const other = await atRun(browser, grace, scene);
  const board = new Board((await browserOf(browser, grace)).page);
  await board.open(scene.project.slug);
  await ada.at.open("Comments");
  await other.at.open("Comments");

  await ada.at.field.fill("**Look** at this:\n\n```ts\nconst answer = 42;\n```");
  await ada.at.paste([png("image.png")]);
  await ada.at.drop([textFile("notes ‮txt.md", "# Notes\n\n- one\n")]);
  const files = ada.page.getByRole("list", { name: "Files of the comment" });
  await expect(files.getByRole("listitem")).toHaveCount(2);
  await ada.at.field.press("Control+Enter");

  const seen = other.at.comment("Look at this:");
  await expect(seen.getByRole("strong").or(seen.locator("strong"))).toHaveText("Look");
  await expect(seen.getByRole("img", { name: /^pasted-.*\.png$/ })).toBeVisible();
  await expect(other.at.tab("Comments")).toHaveAccessibleName("Comments 1");
  await expect(other.at.tab("Artifacts")).toHaveAccessibleName("Artifacts 2");
  await expect(ada.at.field).toHaveValue("");
  await expect(files).toBeHidden();

  await expect(board.card("Ship 1.5")).toContainText("1 comment");
  await expect(board.card("Ship 1.5")).toContainText("2 artifacts");

  // Edit on one page; the other page shows the edit.
  await ada.at.comment("Look at this:").hover();
  await ada.at.choose(/^Actions for the comment/, "Edit");
  const editor = ada.page.getByRole("textbox", { name: "Text of the comment" });
  await editor.fill("Better words");
  await editor.press("Control+Enter");
  await expect(other.at.comment("Better words")).toContainText("edited");

  // Another person's comment can be read and linked to, but not changed.
  await other.at.comment("Better words").hover();
  await other.page.getByRole("button", { name: /^Actions for the comment/ }).click();
  await expect(other.page.getByRole("menuitem")).toHaveText(["Answer", "Copy link"]);
  await other.page.keyboard.press("Escape");

  await ada.at.comment("Better words").hover();
  await ada.at.choose(/^Actions for the comment/, /^Delete/);
  await expect(ada.page.getByRole("alertdialog")).toContainText("2 files attached to it stay");
  await ada.page.getByRole("button", { name: "Delete the comment" }).click();
  await expect(other.at.list.getByText("No comments yet")).toBeVisible();

  // An owner of the project can delete another person's comment, but not edit it.
  await other.at.field.fill("Off topic");
  await other.at.field.press("Control+Enter");
  await ada.at.comment("Off topic").hover();
  await ada.page.getByRole("button", { name: /^Actions for the comment/ }).click();
  await expect(ada.page.getByRole("menuitem")).toHaveText(["Answer", "Copy link", "Delete…"]);
  await ada.page.getByRole("menuitem", { name: /^Delete/ }).click();
  await expect(ada.page.getByRole("alertdialog")).toContainText("Delete the comment of Grace?");
  await ada.page.getByRole("button", { name: "Delete the comment" }).click();
  await expect(other.at.list.getByText("No comments yet")).toBeVisible();
  await expect(other.at.tab("Artifacts")).toHaveAccessibleName("Artifacts 2");
});

test("a comment whose answer was lost is there once, however often it is sent", async ({ browser }) => {
  const scene = await makeScene();
  const { page, at } = await atRun(browser, scene.ada, scene);
  await at.open("Comments");
  await page.route("**/api/trpc/comments.create*", async (route) => {
    await route.fetch();
    await route.abort();
  });
  await at.field.fill("Half to even");
  await at.drop([textFile("proof.txt", "2.5 → 2")]);
  const files = page.getByRole("list", { name: "Files of the comment" });
  await expect(files.getByRole("listitem")).toHaveCount(1);
  await at.send();
  await expect(at.drawer.getByRole("alert")).toBeVisible();
  await expect(at.field, "nothing is lost").toHaveValue("Half to even");
  await page.unroute("**/api/trpc/comments.create*");
  await page.reload();
  await at.open("Comments");
  await at.send();
  await expect(at.field).toHaveValue("");
  await expect(files).toBeHidden();
  await expect(at.comment("Half to even")).toHaveCount(1);
  const comments = await scene.ada.api.do<{ text: string }[]>(
    "GET",
    `/workflow-executions/${scene.run}/comments`,
  );
  expect(comments.map(({ text }) => text)).toEqual(["Half to even"]);
});

test("a new comment does not move a reader who is further up", async ({ browser }) => {
  const scene = await makeScene();
  for (let count = 1; count <= 12; count++) {
    await scene.ada.api.comment(scene.run, `Remark ${count}\n\n- with\n- some\n- lines`);
  }
  const grace = await member(scene, "Grace", "member");
  const { page, at } = await atRun(browser, grace, scene);
  await at.open("Comments");
  await expect(at.comment("Remark 12")).toBeInViewport();
  await at.list.hover();
  await expect(async () => {
    await page.mouse.wheel(0, -3000);
    await expect(at.list.getByText("Remark 1", { exact: true })).toBeInViewport({ timeout: 1000 });
  }).toPass();
  const top = await at.list.evaluate((list) => list.scrollTop);
  await scene.ada.api.comment(scene.run, "The newest");
  await page.getByRole("button", { name: "1 new" }).waitFor();
  expect(await at.list.evaluate((list) => list.scrollTop)).toBe(top);
  await page.getByRole("button", { name: "1 new" }).click();
  await expect(at.comment("The newest")).toBeInViewport();
});

test("artifacts are previewed, walked by keyboard and deleted, and what is HTML reaches nothing", async ({
  browser,
}) => {
  const scene = await makeScene();
  const { api } = scene.ada;
  const evil = "<script>parent.document.title = 'ran'; document.title = 'ran'</script><p>I am HTML</p>";
  const drawing = `<svg xmlns="http://www.w3.org/2000/svg" width="20" height="20" onload="document.title='ran'"><script>document.title='ran'</script><rect width="20" height="20" fill="teal"/></svg>`;
  await api.upload(scene.run, "bundle", png("chart.png"));
  await api.upload(scene.run, "bundle", textFile("page.html", evil, "text/html"));
  await api.upload(scene.run, "bundle", textFile("drawing.svg", drawing, "image/svg+xml"));
  await api.upload(scene.run, "unit", textFile("report.json", '{"passed":12}', "application/json"));
  await api.upload(
    scene.run,
    "unit",
    textFile("readme.md", "# Read me\n\n![c](chart.png) ![x](https://example.com/x.png)"),
  );
  const grace = await member(scene, "Grace", "member");
  const { page, at } = await atRun(browser, grace, scene);
  const asked: string[] = [];
  page.on("request", (request) => asked.push(request.url()));
  await at.open("Artifacts");
  await at.artifact("chart.png").getByRole("button").first().click();
  await expect(at.preview.getByRole("img", { name: "chart.png" })).toBeVisible();
  await page.keyboard.press("ArrowRight");
  await expect(at.preview.getByRole("heading", { name: "page.html" })).toBeVisible();
  await expect(at.preview.frameLocator("iframe").getByText("I am HTML")).toBeVisible();
  await at.preview.getByRole("button", { name: "Source" }).click();
  await expect(at.preview.getByRole("region", { name: "page.html" })).toContainText("I am HTML</p>");
  await page.keyboard.press("ArrowRight");
  await expect(at.preview.getByRole("img", { name: "drawing.svg" })).toHaveAttribute(
    "src",
    /^data:image\/svg/,
  );
  await page.keyboard.press("ArrowRight");
  await expect(at.preview.getByRole("region", { name: "report.json" })).toContainText('"passed": 12');
  await page.keyboard.press("ArrowRight");
  await expect(at.preview.getByRole("heading", { name: "Read me" })).toBeVisible();
  await expect(at.preview.getByRole("img", { name: "c" })).toHaveAttribute(
    "src",
    /^\/api\/artifacts\/.*inline=1$/,
  );
  await expect(at.preview.getByRole("link", { name: "x" })).toHaveAttribute("rel", /noopener/);
  const [saved] = await Promise.all([page.waitForEvent("download"), page.keyboard.press("d")]);
  expect(saved.suggestedFilename()).toBe("readme.md");
  await page.keyboard.press("Escape");
  await expect(at.preview).toBeHidden();
  await expect(at.artifact("chart.png").getByRole("button").first()).toBeFocused();
  expect(asked.filter((url) => url.includes("example.com"))).toEqual([]);
  expect(await page.title()).not.toBe("ran");

  // The same when somebody opens the artifact's URL directly.
  const html = asked.find((url) => /\/api\/artifacts\/[^/?]+$/.test(url));
  const direct = await page.request.get(html ?? "");
  expect(direct.headers()["content-disposition"]).toMatch(/^attachment/);

  await at.choose("Actions for page.html", /^Delete/);
  await expect(page.getByRole("alertdialog")).toContainText("gone for everybody");
  await page.getByRole("button", { name: "Delete the artifact" }).click();
  await expect(at.artifact("page.html")).toBeHidden();
  await expect(at.tab("Artifacts")).toHaveAccessibleName("Artifacts 4");
});

test("a viewer reads all of it and is offered nothing else", async ({ browser }) => {
  const scene = await makeScene();
  const { id } = await scene.ada.api.upload(scene.run, "unit", textFile("log.txt", "fine"));
  await scene.ada.api.comment(scene.run, "For everybody", { artifact_ids: [id], step_id: "unit" });
  const viewer = await member(scene, "Vera", "viewer");
  const { page, at } = await atRun(browser, viewer, scene);
  await at.open("Comments");
  await expect(at.comment("For everybody")).toBeVisible();
  await expect(at.field).toBeHidden();
  await at.open("Artifacts");
  await expect(at.artifact("log.txt")).toBeVisible();
  await expect(page.getByRole("button", { name: /Upload/ })).toBeHidden();
  await page.getByRole("button", { name: "Actions for log.txt" }).click();
  await expect(page.getByRole("menuitem")).toHaveText(["Open", "Download", "Copy link"]);
});

test("a comment that cannot be sent is kept, also over a reload", async ({ browser }) => {
  const scene = await makeScene();
  const { page, at } = await atRun(browser, scene.ada, scene);
  await at.open("Comments");
  await at.drop([textFile("trace.txt", "a trace")]);
  await expect(page.getByRole("list", { name: "Files of the comment" }).getByRole("listitem")).toHaveCount(1);
  await at.field.fill("Do not lose me");
  await page.context().setOffline(true);
  await at.send();
  await expect(page.getByRole("region", { name: "New comment" }).getByRole("alert")).toContainText(
    "does not answer",
  );
  await expect(at.field).toHaveValue("Do not lose me");
  await page.context().setOffline(false);
  await page.reload();
  await expect(at.field).toHaveValue("Do not lose me");
  await expect(page.getByRole("list", { name: "Files of the comment" }).getByRole("listitem")).toHaveCount(1);
  await at.send();
  await expect(at.comment("Do not lose me").getByRole("button", { name: /trace\.txt/ })).toBeVisible();
  await page.reload();
  await expect(at.comment("Do not lose me")).toBeVisible();
  await expect(at.field).toHaveValue("");
});

test("a file that is too large is refused before it is sent, and a failed upload can be tried again", async ({
  browser,
}) => {
  const scene = await makeScene();
  const { page, at } = await atRun(browser, scene.ada, scene);
  await at.open("Artifacts");
  // Created inside the page: sending 100 MiB to the browser would take longer than the rest of the test.
  await at.files.evaluate((element) => {
    const dataTransfer = new DataTransfer();
    dataTransfer.items.add(new File([new Uint8Array(100 * 1024 * 1024 + 1)], "huge.bin"));
    element.dispatchEvent(new DragEvent("drop", { dataTransfer, bubbles: true, cancelable: true }));
  });
  const uploads = page.getByRole("list", { name: "Uploads" });
  await expect(uploads.getByRole("alert")).toContainText("at most 100 MB");
  await expect(uploads.getByRole("button", { name: "Try again" })).toBeHidden();
  await uploads.getByRole("button", { name: "Dismiss" }).click();

  await page.context().setOffline(true);
  await at.drop([textFile("small.txt", "small")]);
  await expect(uploads.getByRole("alert")).toContainText("did not answer");
  await page.context().setOffline(false);
  await uploads.getByRole("button", { name: "Try again" }).click();
  await expect(at.artifact("small.txt")).toBeVisible();
  await expect(uploads).toBeHidden();
});
