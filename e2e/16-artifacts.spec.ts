import { buffer } from "node:stream/consumers";
import { expect, type Page, test } from "@playwright/test";
import { ZipFile } from "yazl";
import { Discussion } from "./pages/discussion";
import { RunPage } from "./pages/run";
import { png, textFile } from "./support/files";
import { inspectPage } from "./support/inspect-page";
import { makePerson, signIn } from "./support/people";

const BUILT = `name: Built
phases: [build]
steps:
  - { id: report, phase: build, name: Report, type: script, run: 'true' }
`;

/** Tries all by which a page could reach the board, and says how that went. */
const REPORT = `<!doctype html><link rel="stylesheet" href="parts/look.css"><body><script type="module" src="parts/try.js"></script>`;
const TRY = `
const tries = {
  cookies: () => document.cookie,
  storage: () => localStorage.length,
  board: () => parent === window ? top.opener.document : parent.document.title,
  api: async () => (await fetch("/api/users/me", { credentials: "include" })).status,
  elsewhere: async () => (await fetch("https://example.com")).status,
};
const told = [];
for (const [name, go] of Object.entries(tries)) {
  try { told.push(name + " " + await go()); } catch { told.push(name + " refused"); }
}
document.body.append(told.join(", "));
`;
const REFUSED = "cookies refused, storage refused, board refused, api refused, elsewhere refused";

async function zipOf(files: Record<string, string>): Promise<Buffer> {
  const zip = new ZipFile();
  for (const [name, text] of Object.entries(files)) zip.addBuffer(Buffer.from(text), name);
  zip.end();
  return buffer(zip.outputStream);
}

const open = (at: Discussion, name: string) => at.artifact(name).getByRole("button").first().click();

async function percent(page: Page): Promise<number> {
  const words = await page.getByRole("button", { name: /^Zoom is/ }).textContent();
  return Number.parseInt(words ?? "", 10);
}

test("a run's files are looked into where they lie: tables, archives, reports, long texts, pictures", async ({
  page,
}, info) => {
  const outputPath = (name: string) => info.outputPath(name);
  const ida = await makePerson("Ida", "admin");
  const project = await ida.api.createProject(`Files ${ida.email.slice(0, 10)}`);
  const definition = await ida.api.createDefinition(project, BUILT);
  const { id } = await ida.api.start(definition, "Built 1");
  await expect.poll(async () => (await ida.api.run(id)).status).toBe("completed");
  const rows = Array.from({ length: 3_000 }, (_, n) => `${(n * 7) % 3_000},"row ""${n}"", told",${n % 9}`);
  const lines = Array.from({ length: 60_000 }, (_, n) => `line ${n + 1} of the log`);
  const archive = await zipOf({ "src/index.ts": "const answer = 42;", "a.csv": "a,b\n1,2\n" });
  const files = [
    textFile("timings.csv", `ms,what,worker\n${rows.join("\n")}\n`, "text/csv"),
    { name: "dist.zip", mimeType: "application/zip", buffer: archive },
    textFile("site/index.html", REPORT, "text/html"),
    textFile("site/parts/try.js", TRY, "text/javascript"),
    textFile("site/parts/look.css", "body { color: rgb(1, 2, 3) }", "text/css"),
    textFile("server.log", lines.join("\n")),
    png("chart.png", 2_400, 1_600),
  ];
  for (const file of files) await ida.api.upload(id, "report", file);
  await signIn(page, ida);
  await new RunPage(page).open(project.slug, id);
  const at = new Discussion(page);
  await at.open("Artifacts");
  await expect(at.artifact("chart.png").locator("img"), "a thumbnail").toBeVisible();
  const [all] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("link", { name: "Download all" }).click(),
  ]);
  expect(all.suggestedFilename()).toMatch(/^run-\d+-artifacts\.zip$/);

  await open(at, "timings.csv");
  const table = at.preview.getByRole("table");
  await expect(table.getByRole("cell", { name: 'row "0", told' })).toBeVisible();
  expect(await table.getByRole("row").count(), "only what is in sight is drawn").toBeLessThan(100);
  await table.getByRole("button", { name: "ms" }).click();
  await table.getByRole("button", { name: "ms" }).press("Enter");
  await expect(table.getByRole("columnheader", { name: "ms" })).toHaveAttribute("aria-sort", "descending");
  await expect(table.getByRole("row").nth(1).getByRole("cell").first()).toHaveText("2999");
  await inspectPage(page, outputPath("table"));
  await at.preview.getByRole("button", { name: "Text", exact: true }).click();
  await expect(at.preview.getByText('0,"row ""0"", told",0')).toBeVisible();

  await page.keyboard.press("ArrowRight");
  const entry = at.preview.getByRole("button", { name: "src/index.ts" });
  await entry.focus();
  await page.keyboard.press("ArrowDown");
  await expect(at.preview.getByRole("button", { name: "a.csv" })).toBeFocused();
  await inspectPage(page, outputPath("archive"));
  await entry.click();
  await expect(at.preview.getByText("const answer = 42;")).toBeVisible();
  await at.preview.getByRole("button", { name: "All files" }).click();
  await expect(entry).toBeVisible();

  await page.keyboard.press("ArrowRight");
  const report = at.preview.frameLocator("iframe").locator("body");
  await expect(report).toHaveText(REFUSED);
  await expect(report, "its style is there").toHaveCSS("color", "rgb(1, 2, 3)");
  await page.screenshot({ path: outputPath("report.png") });
  const address = await at.preview.getByRole("link", { name: "Open alone" }).getAttribute("href");
  const alone = await page.context().newPage();
  await alone.goto(address ?? "");
  await expect(alone.locator("body"), "opened alone it is as safe").toHaveText(REFUSED);
  await alone.close();
  await page.keyboard.press("Escape");

  await open(at, "server.log");
  await expect(at.preview.getByText("line 60000 of the log"), "a log opens at its end").toBeInViewport();
  await at.preview.getByRole("button", { name: "Earlier part" }).click();
  await expect(at.preview.getByText("The last")).toBeHidden();
  await at.preview.getByRole("button", { name: "Beginning" }).click();
  await expect(at.preview.getByText("line 1 of the log", { exact: true })).toBeInViewport();
  await page.screenshot({ path: outputPath("text.png") });

  await page.keyboard.press("ArrowRight");
  await expect(at.preview.getByRole("img", { name: "chart.png" })).toBeVisible();
  await expect.poll(() => percent(page), "it fits").toBeLessThan(70);
  const fitted = await percent(page);
  await page.keyboard.press("1");
  await expect.poll(() => percent(page)).toBe(100);
  await page.keyboard.press("ArrowLeft");
  await expect(at.preview.getByRole("heading", { name: "chart.png" }), "arrows pan").toBeVisible();
  await page.screenshot({ path: outputPath("picture.png") });
  await page.keyboard.press("-");
  await expect.poll(() => percent(page)).toBeLessThan(100);
  await page.keyboard.press("0");
  await expect.poll(() => percent(page)).toBe(fitted);
  await inspectPage(page, outputPath("picture"));
});
