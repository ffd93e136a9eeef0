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

  /** The decision controls of an approval; absent for people who may not decide. */
  get decision(): Locator {
    return this.page.getByRole("region", { name: "Your decision" });
  }

  /** A decision in the list, found by a part of its text. */
  decided(text: string | RegExp): Locator {
    return this.page.getByRole("list", { name: "Decisions" }).getByRole("listitem").filter({ hasText: text });
  }

  button(name: string | RegExp): Locator {
    return this.page.getByRole("button", { name }).first();
  }

  /** Cancels the run and confirms the dialog. */
  async cancel(): Promise<void> {
    await this.page.getByRole("button", { name: /^Actions for/ }).click();
    await this.page.getByRole("menuitem", { name: /^Cancel/ }).click();
    await this.page.getByRole("button", { name: "Cancel the run" }).click();
  }
}
