import { describe, expect, it } from "vitest";
import { matchShortcut } from "./shortcut";

const press = (
  key: string,
  held: Partial<Record<"metaKey" | "ctrlKey" | "altKey" | "shiftKey", boolean>> = {},
) => ({
  key,
  metaKey: false,
  ctrlKey: false,
  altKey: false,
  shiftKey: false,
  ...held,
});

describe("matchShortcut", () => {
  it("follows a sequence stroke by stroke", () => {
    expect(matchShortcut("g b", [press("g")])).toBe("start");
    expect(matchShortcut("g b", [press("g"), press("b")])).toBe("all");
    expect(matchShortcut("g b", [press("g"), press("r")])).toBe("none");
    expect(matchShortcut("n", [press("g"), press("n")])).toBe("none");
  });

  it("takes Ctrl as well as ⌘, and neither where none is asked for", () => {
    expect(matchShortcut("mod+k", [press("k", { metaKey: true })])).toBe("all");
    expect(matchShortcut("mod+k", [press("k", { ctrlKey: true })])).toBe("all");
    expect(matchShortcut("n", [press("n", { ctrlKey: true })])).toBe("none");
    expect(matchShortcut("n", [press("n", { altKey: true })])).toBe("none");
  });

  it("minds shift for letters, and leaves signs to the keyboard's layout", () => {
    expect(matchShortcut("n", [press("N", { shiftKey: true })])).toBe("none");
    expect(matchShortcut("shift+n", [press("N", { shiftKey: true })])).toBe("all");
    expect(matchShortcut("?", [press("?", { shiftKey: true })])).toBe("all");
    expect(matchShortcut("?", [press("?")])).toBe("all");
  });
});
