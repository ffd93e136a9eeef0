import { chromium, expect, test } from "@playwright/test";
import { browserOf, makePerson, signIn } from "./support/people";
import { server } from "./support/server";

const QUICK = `name: Quick
phases: [work]
steps: [{ id: only, type: script, run: 'true' }]
`;

test("every page says what may run on it, and each of its scripts carries the page's own nonce", async ({
  page,
}) => {
  const person = await makePerson("Grace", "admin");
  const project = await person.api.createProject(`Doors ${person.email.slice(0, 12)}`);
  const nonces = new Set<string>();
  const look = async (path: string) => {
    const answer = await page.request.get(path);
    const headers = answer.headers();
    const policy = headers["content-security-policy"] ?? "";
    expect(policy, path).toContain("frame-ancestors 'none'");
    expect(policy, path).not.toMatch(/script-src[^;]*unsafe/);
    expect(headers, path).toMatchObject({
      "x-content-type-options": "nosniff",
      "referrer-policy": "same-origin",
      "cross-origin-opener-policy": "same-origin",
    });
    const nonce = /'nonce-([^']+)'/.exec(policy)?.[1] ?? "";
    expect(nonces.has(nonce), `${path} has a nonce of its own`).toBe(false);
    nonces.add(nonce);
    const scripts = (await answer.text()).match(/<script\b[^>]*>/g) ?? [];
    expect(scripts.length, path).toBeGreaterThan(0);
    expect(
      scripts.filter((script) => !script.includes(`nonce="${nonce}"`)),
      path,
    ).toEqual([]);
  };
  for (const path of ["/signin", "/setup?token=wrong", "/no-such-page"]) await look(path);
  await signIn(page, person);
  for (const path of ["/projects", `/p/${project.slug}`, "/account"]) await look(path);
});

test("a stranger's page of a project is the page of one that is not there", async ({ browser }) => {
  const owner = await makePerson("Olga", "admin");
  const project = await owner.api.createProject(`Hidden ${owner.email.slice(0, 12)}`);
  const { page, context } = await browserOf(browser, await makePerson("Sid"));
  const seen = async (slug: string, rest: string) => {
    const answer = await page.goto(`/p/${slug}${rest}`);
    expect(answer?.status()).toBe(404);
    expect(await answer?.text()).not.toContain("Hidden");
    await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
    return { title: await page.title(), shown: await page.locator("body").ariaSnapshot() };
  };
  for (const rest of ["", "/runs", "/definitions/quick", "/settings"])
    expect(await seen(project.slug, rest), rest).toEqual(await seen(`${project.slug}-not`, rest));
  await context.close();
});

test("seven tabs over plain http by a host's name are all live", async ({ page }) => {
  const person = await makePerson("Tim", "admin");
  const project = await person.api.createProject(`Seven ${person.email.slice(0, 12)}`);
  const definition = await person.api.createDefinition(project, QUICK);
  await signIn(page, person);
  const named = new URL(server.url);
  named.hostname = "board.test";
  const { executablePath, args = [] } = test.info().project.use.launchOptions ?? {};
  const browser = await chromium.launch({
    ...(executablePath ? { executablePath } : {}),
    args: [...args, "--host-resolver-rules=MAP board.test 127.0.0.1"],
  });
  const context = await browser.newContext();
  const session = (await page.context().cookies()).map(({ name, value }) => ({
    name,
    value,
    url: named.href,
  }));
  await context.addCookies(session);
  const tabs = [];
  for (let count = 0; count < 7; count++) {
    const tab = await context.newPage();
    tabs.push(tab);
    await tab.goto(`${named.href}p/${project.slug}`, { waitUntil: "domcontentloaded" });
    await expect(tab.getByText("live", { exact: true }), `tab ${count + 1}`).toBeVisible();
  }
  expect(await tabs[6]?.evaluate(() => "locks" in navigator)).toBe(false);
  await person.api.start(definition, "Seen by seven");
  for (const tab of tabs.filter((_, at) => at % 6 === 0))
    await expect(tab.getByRole("link", { name: "Seen by seven" })).toBeVisible();
  await browser.close();
});
