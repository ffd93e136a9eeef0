import type { Locator, Page } from "@playwright/test";

/** The page of one run. */
export class RunPage {
  constructor(readonly page: Page) {}

  async open(slug: string, id: string): Promise<void> {
    await this.page.goto(`/p/${slug}/runs/${id}`);
    await this.page.getByRole("heading", { level: 1 }).waitFor();
  }

  get log(): Locator {
    return this.page.getByRole("region", { name: "Log" });
  }

  button(name: string | RegExp): Locator {
    return this.page.getByRole("button", { name }).first();
  }

  /** Cancels the run and says yes to the question. */
  async cancel(): Promise<void> {
    await this.page.getByRole("button", { name: /^Actions for/ }).click();
    await this.page.getByRole("menuitem", { name: /^Cancel/ }).click();
    await this.page.getByRole("button", { name: "Cancel the run" }).click();
  }
}
