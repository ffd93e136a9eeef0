import { expect, type Locator, type Page } from "@playwright/test";

/** The changes on the page of a run. */
export class ChangesPane {
  constructor(readonly page: Page) {}

  async open(slug: string, run_id: string, more = ""): Promise<void> {
    await this.page.goto(`/p/${slug}/runs/${run_id}?more=changes&tall=1${more}`);
    await this.root.waitFor();
  }

  get root(): Locator {
    return this.page.getByRole("region", { name: "Changes" });
  }

  /** The list of files. */
  get list(): Locator {
    return this.page.getByRole("navigation", { name: "Changed files" });
  }

  /** A file's head and lines, where it is in sight. */
  file(path: string): Locator {
    return this.page
      .locator("diffs-container")
      .filter({ has: this.page.getByRole("button", { name: new RegExp(`^(?:Show|Fold) ${path}$`) }) });
  }

  /** The lines that are added, or removed, in what is drawn of a file. */
  lines(path: string, kind: "addition" | "deletion"): Locator {
    return this.file(path).locator(`[data-line][data-line-type=change-${kind}]`);
  }

  /** Begins a comment on a line that is added, the first being 1. */
  async comment(path: string, line: number): Promise<void> {
    const row = this.lines(path, "addition").nth(line - 1);
    const button = this.file(path).locator("[data-utility-button]").first();
    // It goes with the pointer, a frame later.
    const distance = async () => {
      await row.hover();
      const [at, of] = [
        await button.boundingBox({ timeout: 500 }).catch(() => null),
        await row.boundingBox(),
      ];
      return at && of ? Math.abs(at.y - of.y) : null;
    };
    await expect.poll(distance).toBeLessThan(8);
    await button.click();
  }

  tool(name: string): Locator {
    return this.page.getByRole("button", { name, exact: true });
  }

  /**
   * Scrolls by so many pixels, waits for two frames, and gives how many points of the view show neither a line nor a
   * head. By the places of what is drawn, since nothing there takes the pointer while one scrolls.
   */
  async scroll(by: number): Promise<number> {
    return this.page.evaluate(async (pixels) => {
      const scroller = document.querySelector("diffs-container")?.parentElement?.closest(".overflow-auto");
      if (!scroller) throw new Error("nothing scrolls");
      scroller.scrollTop += pixels;
      await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
      const drawn = [...document.querySelectorAll("diffs-container")].flatMap((file) => [
        ...file.children,
        ...(file.shadowRoot?.querySelectorAll("[data-line], [data-separator], [data-line-annotation]") ?? []),
      ]);
      const places = drawn.map((each) => each.getBoundingClientRect());
      const box = scroller.getBoundingClientRect();
      let blank = 0;
      for (let y = box.top + 60; y < box.bottom - 30; y += 30) {
        if (!places.some(({ top, bottom }) => top <= y && y <= bottom + 12)) blank += 1;
      }
      return blank;
    }, by);
  }
}
