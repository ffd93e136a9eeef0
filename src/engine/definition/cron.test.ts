import { describe, expect, it } from "vitest";
import { cronFault, nextFire, timezoneFault } from "./cron";

/** The next times after `after`, as a scheduler that fires on time would ask for them. */
function fires(cron: string, timezone: string, after: string, count: number): string[] {
  const times: string[] = [];
  for (let at = new Date(after); times.length < count; ) {
    const next = nextFire(cron, timezone, at);
    if (!next) break;
    times.push(next.toISOString());
    at = next;
  }
  return times;
}

describe("nextFire", () => {
  it("counts in the schedule's own time zone, over its weekdays", () => {
    expect(fires("0 7 * * 1-5", "Europe/Berlin", "2026-03-26T06:00:00Z", 3)).toEqual([
      "2026-03-27T06:00:00.000Z",
      "2026-03-30T05:00:00.000Z",
      "2026-03-31T05:00:00.000Z",
    ]);
    expect(fires("0 7 * * 1-5", "UTC", "2026-03-27T07:00:00Z", 1)).toEqual(["2026-03-30T07:00:00.000Z"]);
    expect(fires("30 9 * * *", "Asia/Kolkata", "2026-03-27T00:00:00Z", 1)).toEqual([
      "2026-03-27T04:00:00.000Z",
    ]);
  });

  it("fires once on the day whose hour is left out in spring", () => {
    expect(fires("30 2 * * *", "Europe/Berlin", "2026-03-28T00:00:00Z", 3)).toEqual([
      "2026-03-28T01:30:00.000Z",
      "2026-03-29T01:00:00.000Z",
      "2026-03-30T00:30:00.000Z",
    ]);
  });

  it("fires once on the day whose hour comes twice in autumn", () => {
    expect(fires("30 2 * * *", "Europe/Berlin", "2026-10-24T12:00:00Z", 2)).toEqual([
      "2026-10-25T00:30:00.000Z",
      "2026-10-26T01:30:00.000Z",
    ]);
  });

  it("keeps every hour of both days for a schedule that fires hourly", () => {
    expect(fires("0 * * * *", "Europe/Berlin", "2026-03-29T00:30:00Z", 2)).toEqual([
      "2026-03-29T01:00:00.000Z",
      "2026-03-29T02:00:00.000Z",
    ]);
    expect(fires("0 * * * *", "Europe/Berlin", "2026-10-24T23:30:00Z", 3)).toEqual([
      "2026-10-25T00:00:00.000Z",
      "2026-10-25T01:00:00.000Z",
      "2026-10-25T02:00:00.000Z",
    ]);
  });

  it("is later than the time asked about, to the second", () => {
    expect(nextFire("0 7 * * *", "UTC", new Date("2026-03-27T06:59:59.999Z"))?.toISOString()).toBe(
      "2026-03-27T07:00:00.000Z",
    );
    expect(nextFire("0 7 * * *", "UTC", new Date("2026-03-27T07:00:00.000Z"))?.toISOString()).toBe(
      "2026-03-28T07:00:00.000Z",
    );
  });
});

describe("cronFault", () => {
  it.each([
    "* * * * *",
    "*/5 8-18 * * MON-FRI",
    "0 0 1,15 * *",
    "0 7 L * *",
    "0 9 * * 1#1",
    "@daily",
    "@hourly",
  ])("%s is taken", (cron) => {
    expect(cronFault(cron)).toBeNull();
  });

  it.each([
    ["* * * * * *", "at most once a minute"],
    ["*/10 * * * * * *", "at most once a minute"],
    ["0 7 * *", "expected five fields"],
    ["", "expected five fields"],
    ["@reboot", "expected five fields"],
    ["? * * * *", "expected five fields"],
    ["60 7 * * *", "invalid value for minute: 60"],
    ["*/0 * * * *", "illegal stepping: 0"],
    ["a b c d e", "illegal characters"],
    ["0 0 31 2 *", "it would never fire"],
    ["2026-01-01T00:00:00Z", "expected five fields"],
    [`${"1,".repeat(5000)}1 * * * $`, "expected five fields"],
  ])("%s is refused", (cron, message) => {
    expect(cronFault(cron)).toContain(message);
  });
});

describe("timezoneFault", () => {
  it.each(["UTC", "Europe/Berlin", "America/Argentina/Ushuaia", "Asia/Calcutta"])("%s is taken", (name) => {
    expect(timezoneFault(name)).toBeNull();
    expect(nextFire("0 7 * * *", name, new Date())).toBeInstanceOf(Date);
  });

  it.each(["", "+02:00", "Europe/Nowhere", "CEST!", "../etc/passwd"])("%s is refused", (name) => {
    expect(timezoneFault(name)).toContain("expected the name of a time zone");
  });

  it("names the nearest", () => {
    expect(timezoneFault("Europe/Belin")).toContain('did you mean "Europe/Berlin"');
  });
});
