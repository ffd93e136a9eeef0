import { expect, type Locator, type Page } from "@playwright/test";

/** A project's board. */
export class Board {
  constructor(readonly page: Page) {}

  async open(slug: string, definition?: string): Promise<void> {
    await this.page.goto(`/p/${slug}${definition ? `?definition=${definition}` : ""}`);
    await expect(this.page.getByText("live", { exact: true })).toBeVisible();
  }

  column(title: string): Locator {
    return this.page.getByRole("region", { name: new RegExp(`^${title},`) });
  }

  card(name: string): Locator {
    return this.page.getByRole("article").filter({ has: this.page.getByRole("link", { name, exact: true }) });
  }

  /** Approves or rejects on the card itself. */
  decide(name: string, verb: "Approve" | "Reject"): Locator {
    return this.card(name).getByRole("button", { name: new RegExp(`^${verb}`) });
  }

  /** Starts a run through the form with the default args. */
  async start(name: string): Promise<void> {
    await this.page.getByRole("button", { name: "New run" }).first().click();
    const dialog = this.page.getByRole("dialog", { name: "New run" });
    await dialog.getByLabel("Name", { exact: true }).fill(name);
    await dialog.getByRole("button", { name: "Start run" }).click();
    await expect(dialog).toBeHidden();
  }

  /** Records each column in which the card appears from now on. */
  async watch(name: string): Promise<void> {
    await this.page.evaluate((wanted) => {
      const seen: string[] = [];
      const look = () => {
        const link = [...document.querySelectorAll("article a")].find((each) => each.textContent === wanted);
        const column = link?.closest("section")?.querySelector("h2")?.textContent;
        if (column && seen.at(-1) !== column) seen.push(column);
      };
      new MutationObserver(look).observe(document.body, {
        childList: true,
        subtree: true,
        characterData: true,
      });
      Object.assign(window, { columnsSeen: seen });
    }, name);
  }

  /** The columns recorded since `watch`, in order; empty after a reload. */
  columnsSeen(): Promise<string[]> {
    return this.page.evaluate(() => (window as unknown as { columnsSeen?: string[] }).columnsSeen ?? []);
  }
}
