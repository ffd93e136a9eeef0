import { mkdir } from "node:fs/promises";
import { dirname, join, parse } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

/** Loads in another program's folder, or by what no bundle holds. */
const OUTSIDE = ["@aws-sdk/*", "esbuild", "pg-native", "typescript"];
/** What packages in CommonJS expect to find. */
const COMMON_JS = `import { createRequire as requireOf } from "node:module";
const require = requireOf(import.meta.url);
const __dirname = new URL(".", import.meta.url).pathname, __filename = new URL(import.meta.url).pathname;`;

/**
 * Bundles a program of ours for a process of its own; both paths are relative to the repository. `whole`: with its
 * packages, for one that is started so often that loading them one by one counts.
 */
export async function bundleProgram(entry: string, out: string, { whole = false } = {}): Promise<string> {
  const outfile = join(ROOT, out);
  await mkdir(dirname(outfile), { recursive: true });
  await build({
    entryPoints: [join(ROOT, entry)],
    outdir: dirname(outfile),
    entryNames: parse(outfile).name,
    chunkNames: `${parse(outfile).name}-[hash]`,
    outExtension: { ".js": parse(outfile).ext },
    bundle: true,
    // What is loaded only where it is needed stays so: in one file, it would be loaded at each start.
    splitting: true,
    ...(whole ? { external: OUTSIDE, banner: { js: COMMON_JS } } : { packages: "external" }),
    platform: "node",
    format: "esm",
    target: "node20",
    logLevel: "error",
  });
  return outfile;
}
