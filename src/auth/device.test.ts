import { expect, it } from "vitest";
import { deviceOf } from "./device";

it.each([
  ["Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox on Linux"],
  [
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Safari/605.1.15",
    "Safari on macOS",
  ],
  [
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0",
    "Microsoft Edge on Windows",
  ],
  [
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1",
    "Safari on iOS",
  ],
  [null, "Unknown browser"],
  ["", "Unknown browser"],
])("says what people call %s", (userAgent, device) => {
  expect(deviceOf(userAgent)).toBe(device);
});

it("says something short of whatever is sent", () => {
  for (const userAgent of ["curl/8", "x".repeat(100_000), "Mozilla/5.0 (".repeat(5_000), "\u0000\uffff"]) {
    expect(deviceOf(userAgent).length).toBeLessThanOrEqual(100);
  }
});
