import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { readYamlInside } from "./read-yaml-inside";

it("says of a file with the other ending that it is not read, where there is no other", async () => {
  const folder = await mkdtemp(join(tmpdir(), "phaseboard-yaml-"));
  const read = () => readYamlInside(folder, "agents.yaml", 1_000);
  expect(await read()).toBeNull();
  await writeFile(join(folder, "agents.yml"), "a: 1");
  expect(await read()).toEqual({
    refused: "is not there, but agents.yml, which is not read: rename it to agents.yaml",
  });
  await writeFile(join(folder, "agents.yaml"), "b: 1");
  expect(await read()).toEqual({ text: "b: 1" });
});
