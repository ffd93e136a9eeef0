import { checkExpression } from "../expressions/expressions";
import { cacheKeyParts } from "./cache-key";
import { checkOfRun, namedArgs, noArg, read, unknownArgs } from "./check-expressions";
import { describeValue } from "./faults";
import { GROUP_ROOTS } from "./text-of-run";
import type { CompiledDefinition } from "./types";
import type { YamlSource } from "./yaml-document";
import type { DefinitionShape } from "./yaml-shape";

type Head = Pick<
  DefinitionShape,
  "workspace" | "base" | "setup" | "cache" | "copy" | "shell" | "args_schema"
>;

/** What a definition says of where its runs work, compiled. */
export function workspaceOf({
  workspace,
  base,
  setup,
  cache,
  copy,
  shell,
}: Head): Partial<CompiledDefinition> {
  return {
    ...(workspace ? { workspace } : {}),
    ...(base === undefined ? {} : { base }),
    ...(setup === undefined ? {} : { setup: { run: setup, ...(shell ? { shell } : {}) } }),
    ...(cache.length > 0 ? { cache } : {}),
    ...(copy.length > 0 ? { copy } : {}),
  };
}

/** Reports what is wrong with it. */
export function checkWorkspace({ base, setup, cache, copy, args_schema }: Head, source: YamlSource): void {
  if (base !== undefined) checkOfRun(base, ["base"], args_schema, source);
  copy.forEach((path, index) => {
    if (isOutside(path)) source.report(["copy", index], foundOutside(path));
  });
  if (cache.length > 0 && setup === undefined)
    source.report(["cache"], "a cache keeps what setup makes, and there is no setup");
  cache.forEach(({ path, key }, index) => {
    if (!isOfHome(path) && isOutside(path)) source.report(["cache", index, "path"], foundOutside(path));
    checkKey(key, ["cache", index, "key"], namedArgs(args_schema), source);
  });
}

function checkKey(key: string, at: (string | number)[], known: Set<string> | null, source: YamlSource): void {
  for (const part of read(() => cacheKeyParts(key), at, source) ?? []) {
    if (!("expression" in part)) continue;
    const references = read(() => checkExpression(part.expression, { roots: GROUP_ROOTS }), at, source);
    for (const name of unknownArgs(references?.args ?? [], known)) source.report(at, noArg(name, known));
  }
}

/** Below the home of the project's processes, which lasts by itself. */
export const isOfHome = (path: string): boolean => path.startsWith("~/") && !path.split("/").includes("..");

/** Whether a path leaves the project, as far as it is written without expressions. */
export const isOutside = (path: string): boolean =>
  /^!?\//.test(path) || path.replace(/^!/, "").split(/[\\/]/).includes("..");
export const foundOutside = (path: string): string =>
  `expected a path inside the project, found ${describeValue(path)}`;
