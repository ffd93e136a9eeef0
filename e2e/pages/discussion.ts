import type { Locator, Page } from "@playwright/test";

/** A file that a test drops, pastes or picks. */
export interface TestFile {
  name: string;
  mimeType: string;
  buffer: Buffer;
}

/** The drawer with the comments and artifacts of a run. */
export class Discussion {
  constructor(readonly page: Page) {}

  get drawer(): Locator {
    return this.page.getByRole("region", { name: "More about the run" });
  }

  get field(): Locator {
    return this.page.getByRole("textbox", { name: "Comment", exact: true });
  }

  get list(): Locator {
    return this.page.getByRole("region", { name: "Comments", exact: true });
  }

  get files(): Locator {
    return this.page.getByRole("region", { name: "Artifacts", exact: true });
  }

  get preview(): Locator {
    return this.page.getByRole("dialog");
  }

  async open(tab: "Comments" | "Artifacts"): Promise<void> {
    const button = this.tab(tab);
    if ((await button.getAttribute("aria-expanded")) !== "true") await button.click();
    await (tab === "Comments" ? this.list : this.files).waitFor();
  }

  tab(name: "Comments" | "Artifacts"): Locator {
    return this.drawer.getByRole("button", { name: new RegExp(`^${name}`) });
  }

  comment(text: string): Locator {
    return this.list.getByRole("article").filter({ hasText: text });
  }

  /** The row of an artifact in the list. */
  artifact(name: string): Locator {
    return this.drawer.getByRole("listitem").filter({ has: this.page.getByText(name, { exact: true }) });
  }

  async send(): Promise<void> {
    await this.page.getByRole("button", { name: "Comment", exact: true }).click();
  }

  /** Opens a menu of actions and chooses an item. */
  async choose(actions: string | RegExp, item: string | RegExp): Promise<void> {
    await this.page.getByRole("button", { name: actions }).first().click();
    await this.page.getByRole("menuitem", { name: item }).click();
  }

  /** Drops files onto the open tab, comments or artifacts. */
  async drop(files: TestFile[]): Promise<void> {
    const transfer = await this.transfer(files);
    for (const type of ["dragenter", "dragover", "drop"]) {
      await this.list.or(this.files).dispatchEvent(type, { dataTransfer: transfer });
    }
  }

  /** Pastes files into the field for a comment. */
  async paste(files: TestFile[]): Promise<void> {
    const transfer = await this.transfer(files);
    await this.field.evaluate(
      (field, clipboardData) =>
        field.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true })),
      transfer,
    );
  }

  private transfer(files: TestFile[]) {
    return this.page.evaluateHandle(
      (given) => {
        const transfer = new DataTransfer();
        for (const { name, mimeType, base64 } of given) {
          const bytes = Uint8Array.from(atob(base64), (sign) => sign.charCodeAt(0));
          transfer.items.add(new File([bytes], name, { type: mimeType }));
        }
        return transfer;
      },
      files.map(({ name, mimeType, buffer }) => ({ name, mimeType, base64: buffer.toString("base64") })),
    );
  }
}
