import AxeBuilder from "@axe-core/playwright";
import { expect, type Page, test } from "@playwright/test";

declare global {
  interface Window {
    isBroken?: boolean;
  }
}

/** While `isBroken`, rewrites the page's scripts so that rendering this string throws. */
async function breakAt(page: Page, literal: RegExp): Promise<void> {
  const failing = (text: string) => `(window.isBroken?(()=>{throw new Error("made to fail")})():${text})`;
  await page.addInitScript(() => {
    window.isBroken = true;
  });
  await page.route("**/_next/static/**/*.js", async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, body: (await response.text()).replaceAll(literal, failing) });
  });
}

async function failsWell(page: Page, title: string): Promise<void> {
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(title);
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(violations.map(({ id, help }) => `${id}: ${help}`)).toEqual([]);
  await page.evaluate(() => {
    window.isBroken = false;
  });
  await page.getByRole("button", { name: "Try again" }).click();
  await expect(page.getByRole("button", { name: "Sign in" })).toBeVisible();
  await page.unrouteAll({ behavior: "ignoreErrors" });
}

test("a page that fails says so, and is tried again", async ({ page }) => {
  await breakAt(page, /"current-password"/g);
  await page.goto("/signin");
  await failsWell(page, "This page failed");
});

test("when all of it fails it says so, and is tried again", async ({ page }) => {
  // Where changes are announced belongs to the frame of every page.
  await breakAt(page, /"polite"/g);
  await page.goto("/signin");
  await failsWell(page, "Phaseboard failed");
});
