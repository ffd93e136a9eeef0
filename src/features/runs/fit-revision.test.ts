import { describe, expect, it } from "vitest";
import { scriptStep } from "../../test/compiled";
import { fitRevision } from "./fit-revision";

const ran = (step_id: string, attempt = 1) => ({ step_id, attempt, kind: "script" as const });
const revision = (...ids: string[]) => ({ steps: ids.map((id) => scriptStep(id, "true")) });

describe("fitRevision", () => {
  const run = [ran("build"), ran("test"), ran("publish", 0)];

  it("takes steps that are new behind the place, and drops those that never ran", () => {
    const fit = fitRevision(run, revision("build", "test", "sign", "upload"), "test");
    expect(fit).toMatchObject({ fits: true, dropped: ["publish"] });
    expect(fit.fits && fit.added.map((step) => step.id)).toEqual(["sign", "upload"]);
  });

  it.each([
    ["no such step", revision("build", "publish"), "test", 'it has no step "test"'],
    ["a step that ran is gone", revision("test", "publish"), "test", '"build" has run and is gone from it'],
    [
      "a new step before the place",
      revision("build", "lint", "test"),
      "test",
      '"lint" is new and stands before "test", so it would never run',
    ],
  ])("refuses: %s", (_, definition, from, reason) => {
    const fit = fitRevision(run, definition, from);
    expect(!fit.fits && fit.reasons).toContain(reason);
  });

  it("refuses a kept step of another type, and takes one that runs again", () => {
    const approval = { ...scriptStep("build", ""), kind: "function" as const };
    const changed = { steps: [approval, ...revision("test", "publish").steps] };
    expect(fitRevision(run, changed, "test")).toEqual({
      fits: false,
      reasons: ['"build" was of type script and is function now'],
    });
    expect(fitRevision(run, changed, "build")).toEqual({ fits: true, dropped: [], added: [] });
  });
});
