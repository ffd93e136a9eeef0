import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { madeArtifactsKey, madeOutputKey, scratchRootKey } from "../engine/logs/paths";
import { attemptOf, runFacts } from "../test/attempts";
import { scriptStep } from "../test/compiled";
import { createWorkspace } from "./workspace";

let project: string;
beforeEach(async () => {
  project = await mkdtemp(join(tmpdir(), "phaseboard-workspace-"));
});
afterEach(() => rm(project, { recursive: true, force: true }));

it("a claim that was lost takes along what its attempts were given, and nothing of the claim that followed", async () => {
  const step = scriptStep("build", "true");
  const run = runFacts(project, [step]);
  const claims = [1, 12].map((epoch) => ({ run, epoch, worker_id: "worker" }));
  for (const claim of claims) {
    const attempt = attemptOf(run, step, { claim });
    await mkdir(join(project, madeArtifactsKey(attempt), "report"), { recursive: true });
    await writeFile(join(project, madeOutputKey(attempt)), "{}");
  }
  const scratch = join(project, scratchRootKey(run.id));
  const [lost, next] = claims;
  if (!lost || !next) throw new Error("there are two");
  await createWorkspace().abandon(lost);
  expect((await readdir(scratch)).sort()).toEqual(["build-1-12-artifacts", "build-1-12-output.json"]);
  await createWorkspace().abandon(next);
  await expect(readdir(scratch)).rejects.toMatchObject({ code: "ENOENT" });
});
