import { expect, it } from "vitest";
import { isFound, shownCommand } from "../../../components/command";
import { foundRun } from "./found-run";

const ship = { id: "r1", name: "Ship 1.6", number: 123 };
const found = (run: typeof ship, typed: string) => shownCommand(foundRun(run, typed, () => {}));

it.each(["#123", "123", "ship #123", "#123 ship", "SHIP", "runs found #123"])(
  "the palette shows a run that was found by %s",
  (typed) => expect(isFound(found(ship, typed), typed)).toBe(true),
);

it("shows a run by its number also where the server's answer is of what was typed before", () => {
  expect(isFound(found(ship, "shi"), "#123")).toBe(true);
  expect(isFound(found(ship, "#123"), "#124")).toBe(false);
});

it("says the number once, also where the run is named after it", () => {
  expect(found(ship, "#123").label).toBe("Ship 1.6 #123");
  expect(found({ ...ship, name: "Ship #123" }, "#123").label).toBe("Ship #123");
});

it("finds a run by what the server knows of it and the palette does not, such as a part of its args", () => {
  expect(isFound(found(ship, "grace"), "grace")).toBe(true);
});
