import { expect, it } from "vitest";
import { cronInWords } from "./cron-words";

it.each([
  ["0 7 * * 1-5", "At 07:00, Monday through Friday"],
  ["0 9 1 * *", "At 09:00, on day 1 of the month"],
  // It fires on either, not on a first of the month that is a weekday.
  ["0 9 1 * 1-5", "At 09:00, on day 1 of the month or Monday through Friday"],
  ["0 0 13 6 5", "At 00:00, on day 13 of the month or on Friday, only in June"],
  [
    "*/5 8-18 1,15 * MON",
    "Every 5 minutes, between 08:00 and 18:59, on day 1 and 15 of the month or on Monday",
  ],
  ["0 9 L * 1#2", "At 09:00, on the last day of the month or on the second Monday of the month"],
  // Each of these fires every day.
  ["0 9 */1 * 1", "At 09:00"],
  ["0 9 1-31 * 1-5", "At 09:00"],
  ["0 9 13 * */1", "At 09:00"],
  ["0 9 13 6 SUN-SAT", "At 09:00, only in June"],
  [
    "0 9 * * 1-5#2",
    "At 09:00, on the second Monday, second Tuesday, second Wednesday, second Thursday, and second Friday of the month",
  ],
  ["0 9 * * SAT-SUN#1", "At 09:00, on the first Saturday and first Sunday of the month"],
  ["0 9 * * 1-2L", "At 09:00, on the last Monday and Tuesday of the month"],
  ["0 9 * * FRI#L", "At 09:00, on the last Friday of the month"],
  [
    "0 9 L * 1-2#2",
    "At 09:00, on the last day of the month or on the second Monday and second Tuesday of the month",
  ],
  ["0 9 * JUL *", "At 09:00, only in July"],
  ["@daily", "At 00:00"],
  ["nothing of the kind", "nothing of the kind"],
])("%s reads %s", (cron, words) => {
  expect(cronInWords(cron)).toBe(words);
});
