import { expect, it } from "vitest";
import { FORGET_MS, Presence } from "./presence";

it("knows each person once by run, tells of changes alone, and forgets who is silent", () => {
  let now = 0;
  const told: string[] = [];
  const presence = new Presence(
    ({ execution_id, people }) =>
      told.push(`${execution_id}: ${people.map(({ name, place }) => `${name} ${place}`)}`),
    () => now,
  );
  const look = (tab: string, user_id: string, run_id: string | null, place: string | null = null) =>
    presence.hear({ project_id: "p", tab, user_id, name: user_id.toUpperCase(), run_id, place });
  look("1", "ann", "r");
  look("1", "ann", "r");
  look("2", "ann", "r", "build");
  look("3", "ben", "r");
  expect(told.splice(0)).toEqual(["r: ANN null", "r: ANN build", "r: ANN build,BEN null"]);
  look("3", "ben", null);
  expect(told.splice(0)).toEqual(["r: ANN build", "null: BEN null"]);
  look("3", "eve", "r");
  expect(told.splice(0), "nobody moves another's tab").toEqual([]);
  now = FORGET_MS - 1;
  look("2", "ann", "r", "build");
  now = FORGET_MS;
  presence.forget();
  expect(told.splice(0)).toEqual(["r: ANN build", "null: "]);
  presence.hear({
    project_id: "p",
    tab: "2",
    user_id: "ann",
    name: "ANN",
    run_id: "r",
    place: null,
    gone: true,
  });
  expect(told).toEqual(["r: "]);
  expect(presence.of("p")).toEqual([]);
});
