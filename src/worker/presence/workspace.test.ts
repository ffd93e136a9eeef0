import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { madeArtifacts, madeOutput, runScratch } from "../../engine/steps/scratch";
import { attemptOf, runFacts } from "../../test/attempts";
import { scriptStep } from "../../test/compiled";
import { createWorkspace } from "./workspace";

let project: string;
beforeEach(async () => {
  project = await mkdtemp(join(tmpdir(), "phaseboard-workspace-"));
});
afterEach(() => rm(project, { recursive: true, force: true }));

it("a claim that was lost takes along what its attempts were given, and nothing of the claim that followed", async () => {
  const root = join(project, "elsewhere");
  const step = scriptStep("build", "true");
  const run = runFacts(project, [step]);
  const claims = [1, 12].map((epoch) => ({ run, epoch, worker_id: "worker" }));
  for (const claim of claims) {
    const attempt = attemptOf(run, step, { claim });
    await mkdir(join(madeArtifacts(root, attempt), "report"), { recursive: true });
    await writeFile(madeOutput(root, attempt), "{}");
  }
  const scratch = runScratch(root, run.id);
  const [lost, next] = claims;
  if (!lost || !next) throw new Error("there are two");
  await createWorkspace(root).abandon(lost);
  expect((await readdir(scratch)).sort()).toEqual(["build-1-12"]);
  await createWorkspace(root).abandon(next);
  await expect(readdir(scratch)).rejects.toMatchObject({ code: "ENOENT" });
});
