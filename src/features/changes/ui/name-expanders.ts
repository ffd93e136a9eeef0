/**
 * The buttons that show the lines around a change have neither a name nor a key by themselves, and lines that scroll
 * cannot be reached.
 */
export function nameExpanders(drawn: HTMLElement): void {
  const root = drawn.shadowRoot ?? drawn;
  // Lines that are wider than their box are scrolled by keyboard too.
  for (const lines of root.querySelectorAll<HTMLElement>("code[data-code]")) {
    if (lines.scrollWidth > lines.clientWidth) lines.tabIndex = 0;
  }
  for (const button of root.querySelectorAll<HTMLElement>("[data-expand-button]:not([aria-label])")) {
    const where =
      "expandUp" in button.dataset ? "below" : "expandDown" in button.dataset ? "above" : "in between";
    button.setAttribute("aria-label", `Show more lines ${where}`);
    button.tabIndex = 0;
    button.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" && event.key !== " ") return;
      event.preventDefault();
      button.click();
    });
  }
}
