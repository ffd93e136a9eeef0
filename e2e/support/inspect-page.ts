import AxeBuilder from "@axe-core/playwright";
import { expect, type Page } from "@playwright/test";

const DESKTOP = { width: 1440, height: 900 };
const PHONE = { width: 390, height: 844 };
/** A theme changes nothing but colours, and they are the same at both widths. */
const LOOKS = [
  { name: "desktop-light", viewport: DESKTOP, theme: "light", rules: null },
  { name: "desktop-dark", viewport: DESKTOP, theme: "dark", rules: ["color-contrast"] },
  { name: "phone-dark", viewport: PHONE, theme: "dark", rules: null },
] as const;

/** With it the pages are there to be looked at, too; a screenshot takes a fifth of a second. */
const PICTURES = process.env.PHASEBOARD_PICTURES === "1";

/**
 * Looks at the page as it stands, at both widths and in both themes: checks that axe finds nothing and that nothing
 * scrolls sideways, and takes screenshots (`<path>-phone-dark.png`) where PHASEBOARD_PICTURES is 1.
 */
export async function inspectPage(page: Page, path: string): Promise<void> {
  for (const look of LOOKS) {
    await page.setViewportSize(look.viewport);
    await page.emulateMedia({ colorScheme: look.theme });
    await page.evaluate(untilStill);
    const name = `${path}-${look.name}.png`;
    if (PICTURES) await page.screenshot({ path: name });
    // In the page itself: axe would put its results together in another one, opened each time for frames of other
    // origins, and there are none. What passed is not told node by node.
    const axe = new AxeBuilder({ page }).setLegacyMode().options({ resultTypes: ["violations"] });
    // What fades in or out is not there to be read.
    axe.exclude("[data-starting-style]").exclude("[data-ending-style]");
    if (look.rules) axe.withRules([...look.rules]);
    const { violations } = await axe.analyze();
    const told = violations.map(
      ({ id, help, nodes }) => `${id}: ${help}: ${nodes.map((node) => node.target).join(" · ")}`,
    );
    expect(told, `axe on ${name}`).toEqual([]);
    const overflow = await page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    );
    expect(overflow, `${name} scrolls sideways`).toBeLessThanOrEqual(0);
  }
  await page.setViewportSize(DESKTOP);
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
