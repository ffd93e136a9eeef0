import { mkdir, mkdtemp, realpath, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { loadFiles } from "./compile-file";
import { DEFINITIONS_FOLDER, type DefinitionFile, readDefinitionFiles } from "./files";

const LIMIT_MS = 8_000;
const ENDLESS = 'import "../../../endless";\nexport default 1;\n';

async function makeFolder(): Promise<string> {
  const root = await realpath(await mkdtemp(join(tmpdir(), "phaseboard-turns-")));
  await mkdir(join(root, DEFINITIONS_FOLDER), { recursive: true });
  return root;
}

/** Writes a file with an older time, as if it had existed for a while. */
async function write(root: string, path: string, text: string): Promise<void> {
  await writeFile(join(root, path), text);
  await utimes(join(root, path), 1, 1);
}

const load = async (root: string, timeout_ms = 40_000): Promise<DefinitionFile[]> =>
  loadFiles(root, await readDefinitionFiles(root), { timeout_ms });

const messageOf = ([file]: DefinitionFile[]) =>
  file?.loaded?.ok === false ? file.loaded.faults[0]?.message : null;

it("is fair by project, and what failed is tried again once its bytes or its imports' change", async () => {
  const [greedy, modest] = await Promise.all([makeFolder(), makeFolder()]);
  await write(greedy, "endless.ts", "while (true) {}\nexport {};\n");
  for (let n = 0; n < 3; n++) await write(greedy, `${DEFINITIONS_FOLDER}/e${n}.ts`, ENDLESS);
  await write(modest, `${DEFINITIONS_FOLDER}/one.ts`, 'throw new Error("tried");\n');
  const order: string[] = [];
  const many = load(greedy, LIMIT_MS).then((files) => {
    order.push("greedy");
    return files;
  });
  const one = load(modest).then((files) => {
    order.push("modest");
    return files;
  });
  expect(messageOf(await one)).toContain("tried");
  expect(messageOf(await many)).toContain("did not load within");
  expect(order).toEqual(["modest", "greedy"]);

  // A second load returns the same result without a process.
  const [before] = await many;
  const [after] = await load(greedy);
  expect(after?.loaded).toBe(before?.loaded);

  await write(greedy, "endless.ts", "export {};\n");
  expect(messageOf(await load(greedy))).toContain("defineWorkflow");
});
