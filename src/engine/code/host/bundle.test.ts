import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { bundleDefinition } from "./bundle";

it.each(["ship.ts", "ship.TS", "ship.Ts"])("bundles %s, and what it imports in capitals", async (name) => {
  const root = await mkdtemp(join(tmpdir(), "phaseboard-bundle-"));
  await writeFile(join(root, "NAME.TS"), 'export const NAME: string = "Ship";\n');
  await writeFile(join(root, name), 'import { NAME } from "./NAME.TS";\nexport default NAME as string;\n');
  expect(await bundleDefinition(join(root, name), root)).toMatchObject({
    bundle: expect.stringContaining('"Ship"'),
  });
});
