import { createRequire, isBuiltin, Module } from "node:module";
import * as zod from "zod";
import * as sdk from "../../../sdk/index";
import type { CodeFault } from "../protocol";
import { bundlePath } from "./bundle";
import { textOfThrown } from "./run-workflow";

process.setSourceMapsEnabled(true);
const builtin = createRequire(import.meta.url);

interface Compilable extends Module {
  _compile(code: string, filename: string): void;
}

/**
 * Runs a bundle's top level and gives its default export. Throws what the author's code throws; `Error` for an
 * import that is not there.
 */
export function evaluate(bundle: string, file: string): unknown {
  const path = bundlePath(file);
  const module = new Module(path) as Compilable;
  module.filename = path;
  module.require = ((name: string) => provide(name)) as NodeJS.Require;
  module._compile(bundle, path);
  const { exports } = module as { exports: { default?: unknown } };
  return exports.default ?? exports;
}

function provide(name: string): unknown {
  if (name === "phaseboard") return sdk;
  if (name === "zod" || name === "zod/v4") return zod;
  if (isBuiltin(name)) return builtin(name);
  throw new Error(`${name} cannot be imported by a definition`);
}

/** What was thrown, at the first place of its trace that is the author's. */
export function faultOfThrown(thrown: unknown, file: string, root: string): CodeFault {
  const message = textOfThrown(thrown);
  const stack = thrown instanceof Error ? (thrown.stack ?? "") : "";
  for (const line of stack.split("\n")) {
    const [, place, row, column] =
      /(?:\(|at )(?:file:\/\/)?(\/[^()]+?):(\d+):(\d+)\)?$/.exec(line.trim()) ?? [];
    if (place?.startsWith(root) && !place.includes("/node_modules/")) {
      return { file: place, line: Number(row), column: Number(column), message };
    }
  }
  return { file, line: 1, column: 1, message };
}
