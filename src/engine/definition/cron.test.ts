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

describe("nextFire where the clocks are changed", () => {
  it.each([
    ["0 2,5 * * *", ["01:00", "03:00"]],
    ["*/15 2 * * *", ["01:00"]],
    ["15,45 2,3 * * *", ["01:00", "01:15", "01:45"]],
    ["0 */2 * * *", ["01:00", "02:00", "04:00", "06:00"]],
    ["30 * * * *", ["00:30", "01:30", "02:30", "03:30"]],
  ])("%s fires for what is left out at the end of the gap", (cron, times) => {
    const expected = times.map((time) => `2027-03-28T${time}:00.000Z`);
    expect(fires(cron, "Europe/Berlin", "2027-03-28T00:15:00Z", expected.length)).toEqual(expected);
  });

  it("fires for a whole day that is left out", () => {
    expect(fires("0 9,12 30 12 *", "Pacific/Apia", "2011-12-01T00:00:00Z", 2)).toEqual([
      "2011-12-30T10:00:00.000Z",
      "2012-12-29T19:00:00.000Z",
    ]);
  });

  it("fires at the end of a gap of half an hour, and the first time only where half an hour comes twice", () => {
    expect(fires("0,15 2 * * *", "Australia/Lord_Howe", "2026-10-03T00:00:00Z", 2)).toEqual([
      "2026-10-03T15:30:00.000Z",
      "2026-10-04T15:00:00.000Z",
    ]);
    expect(fires("45 1 * * *", "Australia/Lord_Howe", "2026-04-04T00:00:00Z", 2)).toEqual([
      "2026-04-04T14:45:00.000Z",
      "2026-04-05T15:15:00.000Z",
    ]);
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
    "0\t7 \t*  *\t1-5",
    "0 0 15W * mon#2",
    "0 0 * feb 5L",
    "0 0 * JUL,jul *",
    "0 0 L,15W * 1-5#L",
    "0 0 * * SAT-SUN",
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
    ["60 7 * * *", 'the minute "60" is not 0 to 59'],
    ["*/0 * * * *", 'the minute "*/0" has no step from 1 to 60'],
    ["*/61 * * * *", 'the minute "*/61" has no step from 1 to 60'],
    ["0 24 * * *", 'the hour "24" is not 0 to 23'],
    ["0 0 32 * *", 'the day "32" is not 1 to 31'],
    ["0 0 0 * *", 'the day "0" is not 1 to 31'],
    ["0 0 1-32 * *", 'the day "32" of "1-32" is not 1 to 31'],
    ["0 0 40W * *", 'the day "40W" is not 1 to 31'],
    ["0 0 * 13 *", 'the month "13" is not 1 to 12 or JAN to DEC'],
    ["0 0 * 1,0 *", 'the month "0" is not 1 to 12'],
    ["0 0 * * 8", 'the weekday "8" is not 0 to 7 or SUN to SAT'],
    ["0 0 * * MON-FRO", 'the weekday "FRO" of "MON-FRO" is not 0 to 7'],
    ["5-70 * * * *", 'the minute "70" of "5-70" is not 0 to 59'],
    ["-1 * * * *", 'the minute "" of "-1" is not 0 to 59'],
    ["1,,2 * * * *", 'the minute "" is not 0 to 59'],
    ["a b c d e", 'the minute "a" is not 0 to 59'],
    ["0 0 W * *", 'the day "W" is not 1 to 31'],
    ["0 0 1-5W * *", "W stands behind one day, as in 15W"],
    ["0 0 LW,1 * *", "LW stands alone, in no list"],
    ["0 0 L/2 * *", "it takes no step"],
    ["0 0 * * L", 'the weekday "L" is not 0 to 7'],
    ["0 0 * * 5W", 'the weekday "5W" is not 0 to 7'],
    ["0 0 * * 1#6", "1 to 5 or L"],
    ["0L 0 * * *", 'the minute "0L" is not 0 to 59'],
    ["0 0 10-5 * *", 'the day "10-5" ends before it begins'],
    ["0 0 1/2 * *", 'the day "1/2" needs * or a range'],
    ["0 0 1-2-3 * *", 'the day "1-2-3" is no range'],
    ["0 0 31 2 *", "it would never fire"],
    ["2026-01-01T00:00:00Z", "expected five fields"],
    [`${"1,".repeat(5000)}1 * * * $`, "expected five fields"],
  ])("%s is refused", (cron, message) => {
    expect(cronFault(cron)).toContain(message);
  });
});

it("says itself what is wrong with whatever the parser would refuse", () => {
  const starts = ["1", "5", "7", "L", "W", "*", "MON", "SUN", "JUL", "15", "0", ""];
  const ends = [
    "",
    "-5",
    "-1",
    "-0",
    "-SUN",
    "/2",
    "#2",
    "#6",
    "#L",
    "L",
    "W",
    "LW",
    "-5#2",
    "-5W",
    "-5/2",
    "-5L",
    "#2/2",
  ];
  const values = starts.flatMap((start) => ends.map((end) => `${start}${end}`)).filter(Boolean);
  for (const value of [
    ...values,
    ...values.map((each) => `${each},3`),
    ...values.map((each) => `3,${each}`),
  ]) {
    for (const index of [0, 1, 2, 3, 4]) {
      const fault = cronFault(["0", "0", "*", "*", "*"].with(index, value).join(" "));
      // Without a fault of its own before it, it would be the parser that refused.
      expect(fault ?? "", value).not.toMatch(/^expected five fields \(|(?:dayOfWeek|nearest|entry|Syntax)/);
    }
  }
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
