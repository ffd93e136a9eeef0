import { expect, it } from "vitest";
import type { HistoryEntry } from "../schema";
import { changeWords, triesOf } from "./history-tries";

const status = (id: string, to: "pending" | "failed", count: number): HistoryEntry => ({
  type: "status",
  id,
  at: "2026-03-04T09:00:00.000Z",
  status: to,
  by: "Ada",
  try: count,
  note: null,
});
const note = (id: string): HistoryEntry => ({ type: "note", id, at: "2026-03-04T09:00:00.000Z", text: "x" });

it("puts what followed a start of the run below it", () => {
  const second = status("e4", "pending", 2);
  const first = status("e1", "pending", 1);
  const [end, taken] = [status("e3", "failed", 1), note("n")];
  expect(triesOf([note("later"), second, end, taken, first])).toEqual([
    { start: second, entries: [note("later")] },
    { start: first, entries: [end, taken] },
  ]);
  expect(triesOf([second, end]), "the first start is on a later page").toEqual([
    { start: second, entries: [] },
    { start: null, entries: [end] },
  ]);
  expect(triesOf([])).toEqual([]);
});

it("says what nobody noted", () => {
  expect(changeWords({ status: "pending", by: "Ada" })).toBe("Started by Ada");
  expect(changeWords({ status: "pending", by: null })).toBe("Started");
  expect(changeWords({ status: "failed", by: null })).toBe("Failed");
});
