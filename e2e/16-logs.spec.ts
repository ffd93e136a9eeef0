import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, type Page, test } from "@playwright/test";
import { Discussion } from "./pages/discussion";
import { RunPage } from "./pages/run";
import { inspectPage } from "./support/inspect-page";
import { browserOf, makePerson } from "./support/people";

/** A million lines, 100 MB, behind a group that nobody has to see. */
const FLOOD = `name: Flood
phases: [work]
steps:
  - id: flood
    phase: work
    name: Flood
    type: script
    run: |
      echo '##[group]Install'
      echo one; echo two
      echo '##[endgroup]'
      while [ ! -e go ]; do sleep 0.05; done
      printf 'ERROR: \\033[31mnothing\\033[0m is wrong here\\r\\n'
      seq -f "%07.0f ${".".repeat(91)}" 1000000
      echo 'the very end'
`;

/** The renderer's memory in MB: what JavaScript holds, and all of its process. */
async function memoryOf(page: Page): Promise<{ heap: number; process: number }> {
  const session = await page.context().newCDPSession(page);
  await session.send("Performance.enable");
  await session.send("HeapProfiler.collectGarbage");
  const { metrics } = await session.send("Performance.getMetrics");
  const heap = metrics.find(({ name }) => name === "JSHeapUsedSize")?.value ?? 0;
  const browser = await page.context().browser()?.newBrowserCDPSession();
  const { processInfo } = (await browser?.send("SystemInfo.getProcessInfo")) ?? { processInfo: [] };
  const sizes = await Promise.all(
    processInfo
      .filter(({ type }) => type === "renderer")
      .map(async ({ id }) => {
        const status = await readFile(`/proc/${id}/status`, "utf8").catch(() => "");
        return Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1] ?? 0) / 1024;
      }),
  );
  return { heap: Math.round(heap / 1024 / 1024), process: Math.round(Math.max(0, ...sizes)) };
}

test("a log of a million lines opens at its end, at a line and at a hit, and is commented on beside it", async ({
  browser,
}) => {
  test.setTimeout(180_000);
  const ada = await makePerson("Ada", "admin");
  const project = await ada.api.createProject("flood");
  await ada.api.do("PATCH", `/projects/${project.id}`, { log_bytes: 200 * 1024 * 1024 });
  const { id } = await ada.api.start(await ada.api.createDefinition(project, FLOOD), "Flood");
  const { page } = await browserOf(browser, ada);
  const run = new RunPage(page);
  const line = (number: number) => run.log.getByRole("link", { name: `Line ${number}`, exact: true });
  const figures: string[] = [];
  /** Says how long it took, and fails where it took far too long for any machine. */
  const timed = async (what: string, work: () => Promise<unknown>) => {
    const began = Date.now();
    await work();
    figures.push(`${what}: ${Date.now() - began} ms`);
    expect(Date.now() - began, what).toBeLessThan(6_000);
  };

  // While it runs, its end is followed.
  await run.open(project.slug, id);
  await expect(run.step("Flood")).toBeVisible();
  await expect(page.getByText("Following", { exact: true })).toBeVisible();
  await writeFile(join(project.path, "go"), "");
  const total = page.getByText(/^[\d,]{6,} lines$/);
  await expect(total).toBeVisible();
  const before = await total.textContent();
  await expect(total).not.toHaveText(before ?? "");
  await expect.poll(async () => (await ada.api.run(id)).status, { timeout: 60_000 }).toBe("completed");
  await expect(page.getByText("1,000,006 lines")).toBeVisible();
  const followed = await memoryOf(page);

  await page.goto("about:blank");
  await timed("opened at line 500,000", async () => {
    await page.goto(`/p/${project.slug}/runs/${id}#L500005`);
    await expect(line(500_005)).toBeInViewport();
    await expect(run.log).toContainText("0500000 ...");
  });
  await timed("to its end", async () => {
    await page.keyboard.press("End");
    await expect(run.log).toContainText("the very end");
  });
  await page.getByRole("textbox", { name: "Search in the log" }).fill("^0777(7{3}) ");
  await page.getByRole("button", { name: "Regular expression" }).click();
  await timed("searched by an expression", async () => {
    await expect(page.getByRole("search").getByRole("status")).toHaveText(/^1…?$/);
    await page.getByRole("textbox", { name: "Search in the log" }).press("Enter");
    await expect(line(777_782)).toBeInViewport();
  });
  await expect(run.log.locator("mark")).toHaveText("0777777 ");
  const memory = await memoryOf(page);
  figures.push(
    `heap ${memory.heap} MB, process ${memory.process} MB; followed: ${followed.heap}, ${followed.process}`,
  );
  expect(memory.heap).toBeLessThan(300);
  expect(followed.heap).toBeLessThan(300);

  // More than the view is copied, from the server.
  await page.getByRole("button", { name: "Clear the search" }).click();
  await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
  await page.goto(`/p/${project.slug}/runs/${id}#L6-L3005`);
  await page.getByRole("button", { name: "Copy 3,000 lines" }).click();
  await expect(page.getByText("3,000 lines copied").first()).toBeVisible();
  const copied = (await page.evaluate(() => navigator.clipboard.readText())).split("\n");
  expect([copied.length, copied[0]?.slice(0, 7), copied.at(-1)?.slice(0, 7)]).toEqual([
    3_000,
    "0000001",
    "0003000",
  ]);

  // A group is folded until somebody opens it, and an error stands out.
  await page.keyboard.press("Home");
  await expect(line(1)).toBeInViewport();
  await expect(line(2)).toHaveCount(0);
  await run.log.getByRole("button", { name: "Unfold 3 lines" }).click();
  await expect(line(2)).toBeVisible();
  await page.getByRole("button", { name: "Filter and fold" }).click();
  await page.getByRole("menuitemradio", { name: "Errors", exact: true }).click();
  await expect(page.getByText("1 of 1,000,006 lines")).toBeVisible();
  await expect(run.log).toContainText("nothing is wrong here");
  await page.getByRole("button", { name: "Clear the search" }).click();

  // Comments stand beside the log, and on a phone below it.
  const at = new Discussion(page);
  await at.open("Comments");
  await page.setViewportSize({ width: 1440, height: 900 });
  const boxes = async () => {
    const [log, field] = [await run.log.boundingBox(), await at.field.boundingBox()];
    if (!log || !field) throw new Error("the log or the comment's field is hidden");
    return { log, field };
  };
  const wide = await boxes();
  expect(wide.log.x + wide.log.width).toBeLessThanOrEqual(wide.field.x);
  expect(wide.log.height).toBeGreaterThan(400);
  await page.goto(`/p/${project.slug}/runs/${id}?step=flood&more=comments`);
  await page.setViewportSize({ width: 390, height: 844 });
  const narrow = await boxes();
  expect(narrow.log.y + narrow.log.height).toBeLessThanOrEqual(narrow.field.y);
  expect(narrow.log.height).toBeGreaterThan(100);
  await inspectPage(page, "test-results/pictures/log-beside-comments");
  test.info().annotations.push({ type: "figures", description: figures.join("; ") });
});
