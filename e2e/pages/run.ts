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

  /** The step that is open. */
  step(name: string): Locator {
    return this.page.getByRole("region", { name, exact: true });
  }

  /** What a person can say to an approval; not there for who has no say. */
  get decision(): Locator {
    return this.page.getByRole("region", { name: "Your decision" });
  }

  /** A decision that was taken, by a part of what it says. */
  decided(text: string | RegExp): Locator {
    return this.page.getByRole("list", { name: "Decisions" }).getByRole("listitem").filter({ hasText: text });
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
