import { realpath } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import type { Message, Plugin } from "esbuild";
import type { CodeFault } from "../protocol";

/** Imports that are not bundled: the host provides them at each run. */
const OURS = ["phaseboard", "zod", "zod/*"];
/** Loaders for `.ts` in small letters or capitals; esbuild knows the small ones alone. */
const TYPESCRIPT = { ".ts": "ts", ".TS": "ts", ".Ts": "ts", ".tS": "ts" } as const;
const MAX_BUNDLE_BYTES = 4 * 1024 * 1024;

/** `files`: the author's files, absolute; where there are faults, those that are known. */
export type Bundled = { bundle: string; files: string[] } | { faults: CodeFault[]; files: string[] };

/**
 * Bundles a definition with all that it imports into one CommonJS text with an inline source map. `source` stands for
 * what the file holds, which need not be there then.
 */
export async function bundleDefinition(file: string, root: string, source?: string): Promise<Bundled> {
  // Imported on demand: a run has its bundle already and never needs esbuild.
  const { build } = await import("esbuild");
  try {
    const made = await build({
      absWorkingDir: root,
      entryPoints: [file],
      outfile: bundlePath(file),
      bundle: true,
      write: false,
      metafile: true,
      external: OURS,
      format: "cjs",
      platform: "node",
      target: "node20",
      sourcemap: "inline",
      sourcesContent: false,
      charset: "utf8",
      loader: { ...TYPESCRIPT, ".md": "text", ".txt": "text", ".sql": "text" },
      logLevel: "silent",
      plugins: source === undefined ? [] : [await standIn(file, source)],
    });
    const bundle = made.outputFiles[0]?.text ?? "";
    const files = ownFiles(Object.keys(made.metafile.inputs), root);
    if (Buffer.byteLength(bundle) <= MAX_BUNDLE_BYTES) return { bundle, files };
    const message = "with all that it imports the definition has more than 4 MB";
    return { faults: [{ file, line: 1, column: 1, message }], files };
  } catch (error) {
    const messages = (error as { errors?: Message[] }).errors ?? [];
    if (messages.length === 0) throw error;
    const faults = messages.slice(0, 20).map((message) => faultOf(message, file, root));
    return { faults, files: ownFiles([...new Set(faults.map((fault) => fault.file))], root) };
  }
}

/** Gives `source` as what the file holds; all else is as for a file. */
async function standIn(file: string, source: string): Promise<Plugin> {
  const real = await realpath(file).catch(() => null);
  const path = real ?? file;
  return {
    name: "source",
    setup(build) {
      if (real === null)
        build.onResolve({ filter: /./ }, ({ kind }) => (kind === "entry-point" ? { path } : undefined));
      const filter = new RegExp(`^${path.replace(/[^\w/]/g, "\\$&")}$`);
      build.onLoad({ filter }, () => ({ contents: source, loader: "ts", resolveDir: dirname(path) }));
    },
  };
}

/** The author's own files. Files of packages are left out: they change by an install, not by an edit. */
function ownFiles(paths: string[], root: string): string[] {
  return paths.map((path) => resolve(root, path)).filter((path) => !path.includes("/node_modules/"));
}

/** The path that the bundle would have, so that relative paths in its source map lead to the author's files. */
export function bundlePath(file: string): string {
  return join(dirname(file), ".phaseboard-bundle.cjs");
}

function faultOf({ location, text }: Message, file: string, root: string): CodeFault {
  if (!location) return { file, line: 1, column: 1, message: text };
  return {
    file: join(root, location.file),
    line: location.line,
    column: location.column + 1,
    message: text,
  };
}
