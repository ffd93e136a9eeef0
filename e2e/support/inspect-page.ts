import AxeBuilder from "@axe-core/playwright";
import { expect, type Page } from "@playwright/test";

/**
 * Takes a screenshot of the page and checks that axe finds nothing and that the page does not scroll
 * sideways.
 */
export async function inspectPage(page: Page, path: string): Promise<void> {
  await page.screenshot({ path });
  const { violations } = await new AxeBuilder({ page }).analyze();
  const told = violations.map(
    ({ id, help, nodes }) => `${id}: ${help}: ${nodes.map((node) => node.target).join(" · ")}`,
  );
  expect(told, `axe on ${path}`).toEqual([]);
  const overflow = await page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
  );
  expect(overflow, `${path} scrolls sideways`).toBeLessThanOrEqual(0);
}
