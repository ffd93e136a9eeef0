import type { Locator, Page } from "@playwright/test";

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

  tool(name: string): Locator {
    return this.page.getByRole("button", { name, exact: true });
  }
}
