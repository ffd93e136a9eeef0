import { type Browser, expect, type Page, test } from "@playwright/test";
import { startProvider, type TestProvider } from "./support/provider";
import { freePort, type StartedProduct, startProduct } from "./support/start-product";

const ADMIN = { email: "ada@example.com", password: "correct horse battery" };
/** Within this time of an end every door is shut. */
const SHUT_MS = 3_000;
/** Where who signs in comes first: all projects, or the only one. */
const HOME = /^http:\/\/127\.0\.0\.1:\d+\/(projects|p\/)/;

let provider: TestProvider;
let product: StartedProduct;

test.beforeAll(async () => {
  const port = await freePort();
  provider = await startProvider(`http://127.0.0.1:${port}/api/auth/callback/oidc`);
  product = await startProduct(
    {
      PHASEBOARD_WORKERS: "0",
      PHASEBOARD_ADMIN_EMAIL: ADMIN.email,
      PHASEBOARD_ADMIN_PASSWORD: ADMIN.password,
      PHASEBOARD_OIDC_ISSUER: provider.issuer,
      PHASEBOARD_OIDC_CLIENT_ID: provider.client.id,
      PHASEBOARD_OIDC_CLIENT_SECRET: provider.client.secret,
      PHASEBOARD_OIDC_NAME: "Acme",
      PHASEBOARD_OIDC_SCOPE: "openid email profile groups",
      PHASEBOARD_OIDC_ALLOW: "example.com",
    },
    port,
  );
});

test.afterAll(async () => {
  await product?.stop();
  await provider?.stop();
});

const at = (path: string) => `${product.url}${path}`;

/** Asks the interface as the page's own scripts do. */
async function ask<T>(page: Page, method: string, path: string, data?: object): Promise<T> {
  const answer = await page.request.fetch(at(`/api${path}`), {
    method,
    headers: { origin: product.url },
    ...(data && { data }),
  });
  expect(answer.ok(), `${method} ${path}: ${await answer.text()}`).toBe(true);
  return ((await answer.json()) as { data: T }).data;
}

async function admin(browser: Browser): Promise<Page> {
  const page = await (await browser.newContext()).newPage();
  await page.goto(at("/signin"));
  await page.getByLabel("E-mail").fill(ADMIN.email);
  await page.getByLabel("Password").fill(ADMIN.password);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await expect(page).toHaveURL(HOME);
  return page;
}

/** Signs in on the provider's own page. */
async function signInThere(page: Page, name: string): Promise<void> {
  await page.locator("input[name=login]").fill(name);
  await page.locator("input[name=password]").fill("any");
  await page.getByRole("button", { name: "Sign-in" }).click();
}

const goToProvider = async (page: Page) => {
  await page.goto(at("/signin"));
  await page.getByRole("button", { name: "Sign in with Acme" }).click();
};

test("who is invited signs in by the provider, loses a group, and is shut out while a board is open", async ({
  browser,
}) => {
  const boss = await admin(browser);
  const project = await ask<{ id: string; slug: string }>(boss, "POST", "/projects", { name: "Website" });
  const group = await ask<{ id: string }>(boss, "POST", "/groups", {
    name: "Engineering",
    claim: "groups=engineering",
  });
  await ask(boss, "PUT", `/projects/${project.id}/groups/${group.id}`, { role: "member" });

  await boss.goto(at("/admin"));
  await boss.getByRole("button", { name: "Invite" }).click();
  await boss.getByLabel("Name", { exact: true }).fill("Bob");
  await boss.getByLabel("E-mail").fill("bob@example.com");
  await boss.getByRole("button", { name: "Make the link" }).click();
  const link = await boss.getByLabel("Link", { exact: true }).inputValue();
  await boss.getByRole("button", { name: "I have copied it" }).click();

  provider.people.bob = {
    email: "bob@example.com",
    email_verified: true,
    name: "Bob",
    groups: ["engineering"],
  };
  const page = await (await browser.newContext()).newPage();
  await page.goto(link);
  await page.getByRole("button", { name: "Come in with Acme" }).click();
  await signInThere(page, "bob");
  await expect(page).toHaveURL(at("/projects"));
  const last = provider.asked.at(-1);
  expect(last?.get("code_challenge_method")).toBe("S256");
  for (const name of ["code_challenge", "state", "nonce"]) expect(last?.get(name), name).toBeTruthy();
  await page.goto(link);
  await expect(page.getByRole("heading", { name: "This link does not work any more" })).toBeVisible();
  await page.goto(at(`/p/${project.slug}`));
  await expect(page.getByText("live", { exact: false }).first()).toBeVisible();
  const { token } = await ask<{ token: string }>(page, "POST", "/tokens", { name: "script" });
  const byToken = (path: string) =>
    fetch(at(`/api${path}`), { headers: { authorization: `Bearer ${token}` } });
  expect((await byToken(`/projects/${project.id}`)).status).toBe(200);

  // Gone there means gone here, from the next sign-in on.
  provider.people.bob.groups = [];
  await page.context().clearCookies({ name: "next-auth.session-token" });
  await goToProvider(page);
  await expect(page).toHaveURL(HOME);
  expect((await page.goto(at(`/p/${project.slug}`)))?.status()).toBe(404);
  expect((await byToken(`/projects/${project.id}`)).status).toBe(403);
  provider.people.bob.groups = ["engineering"];
  await page.context().clearCookies({ name: "next-auth.session-token" });
  await goToProvider(page);
  // With one project alone, its board is what comes first.
  await expect(page).toHaveURL(at(`/p/${project.slug}`));

  await page.goto(at(`/p/${project.slug}`));
  const stream = await byToken(`/projects/${project.id}/events`);
  expect(stream.status).toBe(200);
  const ended = (async () => {
    for await (const _ of stream.body ?? []);
    return Date.now();
  })();
  await boss.goto(at("/admin"));
  await boss.getByRole("button", { name: "Actions for Bob" }).click();
  await boss.getByRole("menuitem", { name: "Disable" }).click();
  await boss.getByRole("button", { name: "Disable account" }).click();
  await expect(boss.getByText("Disabled", { exact: true }).first()).toBeVisible();
  const since = Date.now();
  expect((await byToken(`/projects/${project.id}`)).status).toBe(401);
  expect((await page.request.get(at(`/api/projects/${project.id}`))).status()).toBe(401);
  expect((await ended) - since).toBeLessThan(SHUT_MS);
  await page.goto(at(`/p/${project.slug}`));
  await expect(page).toHaveURL(/\/signin/);
  await goToProvider(page);
  await expect(page.getByRole("alert").first()).toContainText("This account is disabled.");
});

test("a refusal of the provider, and of ours, says what to do next", async ({ browser }) => {
  const tries: [name: string, said: Record<string, unknown> | null, words: string][] = [
    ["carl", { email: "carl@elsewhere.org", email_verified: true }, "You are not among those"],
    ["dora", { email: "dora@example.com", email_verified: false }, "does not vouch for your e-mail"],
    [
      "eric",
      { email: ADMIN.email, email_verified: true },
      "There is an account with your e-mail address already",
    ],
  ];
  for (const [name, said, words] of tries) {
    provider.people[name] = said ?? {};
    const page = await (await browser.newContext()).newPage();
    await goToProvider(page);
    await signInThere(page, name);
    await expect(page.getByRole("alert").first()).toContainText(words);
    await page.context().close();
  }
  const page = await (await browser.newContext()).newPage();
  await goToProvider(page);
  await page.getByText("Cancel").click();
  await expect(page.getByRole("alert").first()).toContainText("You did not sign in there.");

  provider.people.fred = { email: "fred@example.com", email_verified: true, name: "Fred" };
  await goToProvider(page);
  await signInThere(page, "fred");
  await expect(page).toHaveURL(HOME);

  await page.context().clearCookies({ name: "next-auth.session-token" });
  await provider.stop();
  await goToProvider(page);
  await expect(page.getByRole("alert").first()).toContainText("The provider does not answer.");
  await provider.start();
});

test("somebody who is signed in links the provider, and then comes in by it", async ({ browser }) => {
  const page = await admin(browser);
  provider.people.ada = { email: "other@example.com", email_verified: true };
  await page.goto(at("/account"));
  await page.getByRole("button", { name: "Link an account of Acme" }).click();
  await signInThere(page, "ada");
  await expect(page).toHaveURL(at("/account"));
  await expect(page.getByText("other@example.com")).toBeVisible();
  await page.context().clearCookies({ name: "next-auth.session-token" });
  await goToProvider(page);
  await expect(page).toHaveURL(HOME);
  const me = await ask<{ email: string }>(page, "GET", "/users/me");
  expect(me.email).toBe(ADMIN.email);
});

test("a provider that fails holds nobody up: the page says so, and passwords and who is signed in go on", async ({
  browser,
}) => {
  const boss = await admin(browser);
  const page = await (await browser.newContext()).newPage();
  for (const fault of ["error", "garbage", "silent", "drip"] as const) {
    provider.fault = fault;
    await goToProvider(page);
    await expect(page.getByRole("alert").first(), fault).toContainText("The provider does not answer.", {
      timeout: 15_000,
    });
  }
  // The page says it before anybody tries, and does not wait for the provider.
  await page.goto(at("/signin"));
  await expect(page.getByText("Acme does not answer at the moment.")).toBeVisible();
  await expect(page.getByRole("button", { name: "Sign in", exact: true })).toBeEnabled();
  const { sign_on, status } = await (await page.request.get(at("/api/health"))).json();
  expect([status, sign_on]).toEqual(["ok", "down"]);
  await boss.reload();
  await expect(boss).toHaveURL(HOME);
  await (await admin(browser)).context().close();

  provider.fault = null;
  provider.people.gina = { email: "gina@example.com", email_verified: true, name: "Gina" };
  await goToProvider(page);
  await signInThere(page, "gina");
  await expect(page).toHaveURL(HOME);
});

test("keys that were changed and clocks that differ a little are no hindrance; clocks that differ much are told", async ({
  browser,
}) => {
  provider.people.hugo = { email: "hugo@example.com", email_verified: true, name: "Hugo" };
  const minutes = 60_000;
  const tries: [shift: number, comesIn: boolean][] = [
    [0, true],
    [-2 * minutes, true],
    [2 * minutes, true],
    [-90 * minutes, false],
  ];
  try {
    for (const [shift, comesIn] of tries) {
      provider.rotateKeys();
      provider.shiftClock(shift);
      const page = await (await browser.newContext()).newPage();
      await goToProvider(page);
      await signInThere(page, "hugo");
      if (comesIn) await expect(page, `${shift} ms`).toHaveURL(HOME);
      else
        await expect(page.getByRole("alert").first()).toContainText(
          "The clocks of this server and of the provider differ",
        );
      await page.context().close();
    }
  } finally {
    provider.shiftClock(0);
  }
});
