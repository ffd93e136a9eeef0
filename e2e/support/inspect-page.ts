import AxeBuilder from "@axe-core/playwright";
import { expect, type Page } from "@playwright/test";

const WIDTHS = [
  { name: "desktop", viewport: { width: 1440, height: 900 } },
  { name: "phone", viewport: { width: 390, height: 844 } },
] as const;
/** A theme changes nothing but colours. */
const THEMES = [
  { name: "light", rules: null },
  { name: "dark", rules: ["color-contrast"] },
] as const;

/** With it the pages are there to be looked at, too; a screenshot takes a fifth of a second. */
const PICTURES = process.env.PHASEBOARD_PICTURES === "1";

/**
 * Looks at the page as it stands, at both widths, light and dark: checks that axe finds nothing and that nothing scrolls
 * sideways, and takes screenshots (`<path>-phone-dark.png`) where PHASEBOARD_PICTURES is 1.
 */
export async function inspectPage(page: Page, path: string): Promise<void> {
  for (const width of WIDTHS) {
    await page.setViewportSize(width.viewport);
    for (const theme of THEMES) {
      await page.emulateMedia({ colorScheme: theme.name });
      await page.evaluate(untilStill);
      const name = `${path}-${width.name}-${theme.name}.png`;
      if (PICTURES) await page.screenshot({ path: name });
      // In the page itself: axe would put its results together in another one, opened each time for frames of other
      // origins, and there are none. What passed is not told node by node.
      const axe = new AxeBuilder({ page }).setLegacyMode().options({ resultTypes: ["violations"] });
      // What fades in or out is not there to be read.
      axe.exclude("[data-starting-style]").exclude("[data-ending-style]");
      if (theme.rules) axe.withRules([...theme.rules]);
      const { violations } = await axe.analyze();
      const told = violations.map(
        ({ id, help, nodes }) => `${id}: ${help}: ${nodes.map((node) => node.target).join(" · ")}`,
      );
      expect(told, `axe on ${name}`).toEqual([]);
    }
    const overflow = await page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    );
    expect(overflow, `${path} scrolls sideways: ${width.name}`).toBeLessThanOrEqual(0);
  }
  await page.setViewportSize(WIDTHS[0].viewport);
  await page.emulateMedia({ colorScheme: null });
}

/** Waits in the page until what moves has moved: in between, colours are of neither theme. A spinner has no end. */
async function untilStill(): Promise<void> {
  // What watches the size of its place has heard of it after two frames.
  for (let frame = 0; frame < 2; frame++) await new Promise(requestAnimationFrame);
  const ending = document
    .getAnimations()
    .filter((each) => each.effect?.getComputedTiming().endTime !== Infinity);
  await Promise.allSettled(ending.map(({ finished }) => finished));
}
