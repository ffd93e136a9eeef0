import { dirname, join, resolve } from "node:path";
import type { Message } from "esbuild";
import type { CodeFault } from "../protocol";

/** What a definition imports and is not bundled: it is ours, and comes from us at each run. */
const OURS = ["phaseboard", "zod", "zod/*"];
/** A definition is told by its extension in small letters or capitals; the library knows the small ones alone. */
const TYPESCRIPT = { ".ts": "ts", ".TS": "ts", ".Ts": "ts", ".tS": "ts" } as const;
const MAX_BUNDLE_BYTES = 4 * 1024 * 1024;

/** `files`: the author's, absolute, as far as they are known where there are faults. */
export type Bundled = { bundle: string; files: string[] } | { faults: CodeFault[]; files: string[] };

/** Makes one CommonJS text of a definition and all that it imports, with its source map inside. */
export async function bundleDefinition(file: string, root: string): Promise<Bundled> {
  // A run has its bundle already, and need not wait for this.
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

/** What packages hold changes by installing them, which is no edit of the definition. */
function ownFiles(paths: string[], root: string): string[] {
  return paths.map((path) => resolve(root, path)).filter((path) => !path.includes("/node_modules/"));
}

/** Where the bundle would lie, so that its source map's relative paths lead to the author's files. */
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
