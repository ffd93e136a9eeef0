import { describe, expect, it } from "vitest";
import { ownPath } from "./callback-url";

const ORIGIN = "http://127.0.0.1:3000";

describe("ownPath", () => {
  it("keeps our own addresses", () => {
    expect(ownPath("/p/site?status=failed#log", ORIGIN)).toBe("/p/site?status=failed#log");
    expect(ownPath(`${ORIGIN}/account`, ORIGIN)).toBe("/account");
  });

  it.each([
    null,
    "",
    "https://evil.example/",
    "//evil.example",
    "/\\evil.example",
    "http://127.0.0.1:3000//evil.example",
    "javascript:alert(1)",
    "/signin?callbackUrl=/signin",
  ])("gives the home page for %s", (url) => {
    expect(ownPath(url, ORIGIN)).toBe("/");
  });
});
