import { dirname, join } from "node:path";
import { build, type Message } from "esbuild";
import type { CodeFault } from "../protocol";

/** What a definition imports and is not bundled: it is ours, and comes from us at each run. */
const OURS = ["phaseboard", "zod", "zod/*"];
const MAX_BUNDLE_BYTES = 4 * 1024 * 1024;

/** Makes one CommonJS text of a definition and all that it imports, with its source map inside. */
export async function bundleDefinition(
  file: string,
  root: string,
): Promise<{ bundle: string } | { faults: CodeFault[] }> {
  try {
    const made = await build({
      absWorkingDir: root,
      entryPoints: [file],
      outfile: bundlePath(file),
      bundle: true,
      write: false,
      external: OURS,
      format: "cjs",
      platform: "node",
      target: "node20",
      sourcemap: "inline",
      sourcesContent: false,
      charset: "utf8",
      loader: { ".md": "text", ".txt": "text", ".sql": "text" },
      logLevel: "silent",
    });
    const bundle = made.outputFiles[0]?.text ?? "";
    if (Buffer.byteLength(bundle) <= MAX_BUNDLE_BYTES) return { bundle };
    const message = "with all that it imports the definition has more than 4 MB";
    return { faults: [{ file, line: 1, column: 1, message }] };
  } catch (error) {
    const messages = (error as { errors?: Message[] }).errors ?? [];
    if (messages.length === 0) throw error;
    return { faults: messages.slice(0, 20).map((message) => faultOf(message, file, root)) };
  }
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
