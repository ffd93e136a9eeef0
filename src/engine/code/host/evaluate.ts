import { createRequire, isBuiltin, Module } from "node:module";
import * as sdk from "../../../sdk";
import type { WorkflowOptions } from "../../../sdk/types";
import type { CodePlace } from "../protocol";
import { bundlePath } from "./bundle";
import { loadZod } from "./zod";

process.setSourceMapsEnabled(true);
const builtin = createRequire(import.meta.url);

interface Compilable extends Module {
  _compile(code: string, filename: string): void;
}

/** What a bundle gives as its default export. */
export interface Evaluated {
  exported: unknown;
  /** The author's call of `defineWorkflow`; null where its place cannot be told. */
  place(): CodePlace | null;
}

/** Runs the top level of a bundle. Throws what the code throws, or an `Error` for an import that does not exist. */
export function evaluate(bundle: string, file: string, root: string): Evaluated {
  const path = bundlePath(file);
  const traces = new Map<unknown, Error>();
  const provided = {
    ...sdk,
    defineWorkflow(options: WorkflowOptions) {
      const workflow = sdk.defineWorkflow(options);
      traces.set(workflow, new Error());
      return workflow;
    },
  };
  const module = new Module(path) as Compilable;
  module.filename = path;
  module.require = ((name: string) => (name === "phaseboard" ? provided : provide(name))) as NodeJS.Require;
  module._compile(bundle, path);
  const { exports } = module as { exports: { default?: unknown } };
  const exported = exports.default ?? exports;
  // The place is computed on demand: a trace has to be mapped by the source map.
  return { exported, place: () => placeOf(traces.get(exported), root) };
}

function provide(name: string): unknown {
  if (name === "zod" || name === "zod/v4") return loadZod();
  if (isBuiltin(name)) return builtin(name);
  throw new Error(`${name} cannot be imported by a definition`);
}

/** The first place of a trace that is in the author's own files; null where there is none. */
export function placeOf(thrown: unknown, root: string): CodePlace | null {
  const stack = thrown instanceof Error ? (thrown.stack ?? "") : "";
  for (const line of stack.split("\n")) {
    const [, file, row, column] =
      /(?:\(|at )(?:file:\/\/)?(\/[^()]+?):(\d+):(\d+)\)?$/.exec(line.trim()) ?? [];
    if (file?.startsWith(root) && !file.includes("/node_modules/")) {
      return { file, line: Number(row), column: Number(column) };
    }
  }
  return null;
}
