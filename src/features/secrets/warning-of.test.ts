import { describe, expect, it } from "vitest";
import { warningOf } from "./warning-of";

const warning = (value: string) => warningOf({ name: "TOKEN", value });

describe("the warning of a secret that is set", () => {
  it.each([
    ["2024", "a number or a date"],
    [" 1337\n", "a number or a date"],
    ["-12.50", "a number or a date"],
    ["2026-03-04", "a number or a date"],
    ["127.0.0.1", "a number or a date"],
    ["true", "a common word"],
    ["TRUE", "a common word"],
    ["Password", "a common word"],
    ["production", "a common word"],
    ["straße", "a common word"],
    ["a1b2", "short"],
    ["x-y-z", "short"],
    ["Zx8#qT9!vB2m\nfalse", "a line of it is a common word"],
  ])("tells of %j", (value, why) => {
    expect(warning(value)).toContain(why);
    expect(warning(value)).toContain("TOKEN is set");
  });

  it.each([
    "9f86d081884c7d65",
    "ghp_4fT9xQw7Lm2Zk8Rv",
    "correct horse battery",
    "qwjzkfhtbnxypd",
    "12345678901234567890",
    "-----BEGIN KEY-----\nMIIEvQIBADANBgkqhkiG9w0BAQ\nQw==\n-----END KEY-----",
    '{"type":"service_account"}',
  ])("says nothing of %j", (value) => expect(warning(value)).toBeNull());
});
