import { expect, test } from "@playwright/test";
import { inspectPage } from "./support/inspect-page";
import { browserOf, makePerson, signIn, signInOnPage } from "./support/people";
import { startProduct } from "./support/start-product";

const SOURCE = `name: Keep a file
phases: [only]
steps:
  - id: keep
    phase: only
    type: script
    run: head -c 2000 /dev/zero > "$PHASEBOARD_ARTIFACTS/kept.bin"
`;
const ADMIN = { email: "ada@example.com", password: "correct horse battery" };
const NEARLY_FULL = "The server's disk is nearly full: no run starts and nothing can be uploaded.";

test("a project over its quota says so to everybody in it; an administrator gives it more, and what waits begins", async ({
  page,
  browser,
}) => {
  const boss = await makePerson("Berta", "admin");
  const member = await makePerson("Mia");
  const project = await boss.api.createProject(`Quota ${boss.email.slice(0, 12)}`);
  await boss.api.addMember(project, member, "member");
  const definition = await boss.api.createDefinition(project, SOURCE);
  const first = await boss.api.start(definition, "First");
  await expect.poll(async () => (await boss.api.run(first.id)).status).toBe("completed");
  await boss.api.do("PUT", `/projects/${project.id}/quota`, { quota_bytes: 1_000 });
  await boss.api.start(definition, "Second");

  const other = await browserOf(browser, member);
  await other.page.goto(`/p/${project.slug}`);
  await expect(other.page.getByText("This project takes all of the 1000 bytes that it may")).toBeVisible();
  await expect(other.page.getByText("the project is over its quota of bytes")).toBeVisible();
  await inspectPage(other.page, test.info().outputPath("over-quota"));
  await other.page.getByRole("link", { name: "What it takes" }).click();
  const quota = other.page.getByRole("region", { name: "Quota" });
  await expect(quota.getByText("1000 bytes, set for this project")).toBeVisible();
  await expect(quota.getByText("2 KB").first()).toBeVisible();
  await other.page.goto("/admin/storage");
  await expect(other.page.getByText("Only administrators of this installation can")).toBeVisible();

  await signIn(page, boss);
  await page.goto("/admin/storage");
  await expect(page.getByRole("region", { name: "Disk" }).getByText("have to be.")).toBeVisible();
  const quotas = page.getByRole("region", { name: "Quotas" });
  const change = quotas.getByRole("button", { name: `Change the quota of Quota ${boss.email.slice(0, 12)}` });
  for (const more = quotas.getByRole("button", { name: "Show more projects" }); !(await change.isVisible()); )
    await more.click();
  await inspectPage(page, test.info().outputPath("quotas"));
  await change.click();
  await page.getByLabel("Gigabytes that it may take").fill("2");
  await page.getByRole("button", { name: "Save", exact: true }).last().click();
  await expect(page.getByText("was saved")).toBeVisible();
  await expect(quotas.getByText("2 KB of 2 GB").first()).toBeVisible();

  await other.page.goto(`/p/${project.slug}`);
  await expect(other.page.getByText("This project takes all of")).toHaveCount(0);
  await expect(other.page.getByText("the project is over its quota of bytes")).toHaveCount(0, {
    timeout: 15_000,
  });
  await other.context.close();
});

test("a disk that is nearly full is said above every page, to administrators with numbers", async ({
  page,
  browser,
}) => {
  const product = await startProduct({
    PHASEBOARD_ADMIN_EMAIL: ADMIN.email,
    PHASEBOARD_ADMIN_PASSWORD: ADMIN.password,
    // No disk that runs this has so much free.
    PHASEBOARD_LOW_WATER: "99.9%",
  });
  try {
    await signInOnPage(page, ADMIN, product.url);
    await expect(page.getByText(NEARLY_FULL)).toContainText("have to be.");
    await page.getByRole("link", { name: "Make room" }).click();
    await expect(page.getByText("Below the low-water mark")).toBeVisible();

    const post = async <T>(path: string, data: object) => {
      const answer = await page.request.post(`${product.url}/api${path}`, {
        data,
        headers: { origin: product.url },
      });
      return { status: answer.status(), data: ((await answer.json()) as { data: T }).data };
    };
    const { data: project } = await post<{ id: string; slug: string }>("/projects", { name: "Full" });
    const { data: definition } = await post<{ id: string }>("/workflows", {
      project_id: project.id,
      source: SOURCE,
    });
    const cloned = await post("/projects", { name: "Clone", git_url: "https://example.com/x.git" });
    expect(cloned.status).toBe(507);
    await post(`/workflows/${definition.id}/execute`, {});
    await page.goto(`${product.url}/p/${project.slug}`);
    await expect(page.getByText("the server's disk is nearly full", { exact: false }).last()).toBeVisible();
    const health = await (await page.request.get(`${product.url}/api/health`)).json();
    expect([health.status, health.room.status]).toEqual(["ok", "low"]);

    const invited = await post<{ url: string }>("/users/invitations", {
      email: "mia@example.com",
      name: "Mia",
    });
    const other = await (await browser.newContext()).newPage();
    await other.goto(invited.data.url);
    await other.getByLabel("Password", { exact: true }).fill("long enough of a word");
    await other.getByRole("button", { name: "Come in" }).click();
    await expect(other.getByText(NEARLY_FULL)).toContainText(
      "An administrator of this server can make room.",
    );
    await expect(other.getByRole("link", { name: "Make room" })).toHaveCount(0);
  } finally {
    await product.stop();
  }
});
