import { execFile } from "node:child_process";
import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { build } from "esbuild";
import { packageRoot } from "../../lib/package-root";
import { writeDeclarations } from "./declarations";

interface Manifest {
  version: string;
  license: string;
  engines: Record<string, string>;
  dependencies: Record<string, string>;
  devDependencies: Record<string, string>;
}

/** Builds `@phaseboard/client` and packs it into `folder`. Returns the tarball's path. */
export async function packClient(folder: string): Promise<string> {
  const root = packageRoot();
  const own: Manifest = JSON.parse(await readFile(join(root, "package.json"), "utf8"));
  const made = await mkdtemp(join(tmpdir(), "phaseboard-client-"));
  try {
    await buildRuntime(root, made);
    await writeFile(join(made, "index.d.ts"), await writeDeclarations(own.version));
    await writeFile(join(made, "package.json"), `${JSON.stringify(manifestOf(own), null, 2)}\n`);
    await copyFile(join(root, "src", "client", "README.md"), join(made, "README.md"));
    await copyFile(join(root, "LICENSE"), join(made, "LICENSE"));
    await mkdir(folder, { recursive: true });
    return join(folder, await npmPack(made, folder));
  } finally {
    await rm(made, { recursive: true, force: true });
  }
}

/** Builds for Node and browsers, both as an ES module and for `require`. */
async function buildRuntime(root: string, made: string): Promise<void> {
  await Promise.all(
    (["esm", "cjs"] as const).map((format) =>
      build({
        absWorkingDir: root,
        entryPoints: ["src/client/index.ts"],
        outfile: join(made, format === "esm" ? "index.mjs" : "index.cjs"),
        bundle: true,
        packages: "external",
        platform: "neutral",
        target: "es2022",
        format,
        logLevel: "silent",
      }),
    ),
  );
}

/** One `index.d.ts` serves both formats, so that augmentations apply to both. */
function manifestOf({ version, license, engines, dependencies, devDependencies }: Manifest) {
  return {
    name: "@phaseboard/client",
    version,
    description: "The typed client of Phaseboard, for Node and browsers.",
    license,
    engines,
    sideEffects: false,
    main: "./index.cjs",
    module: "./index.mjs",
    types: "./index.d.ts",
    exports: {
      ".": { types: "./index.d.ts", import: "./index.mjs", require: "./index.cjs" },
      "./package.json": "./package.json",
    },
    dependencies: {
      "@trpc/client": dependencies["@trpc/client"],
      eventsource: devDependencies.eventsource,
    },
    // A peer dependency of @trpc/client.
    peerDependencies: { "@trpc/server": dependencies["@trpc/server"] },
  };
}

async function npmPack(made: string, folder: string): Promise<string> {
  const args = ["pack", made, "--pack-destination", folder, "--ignore-scripts", "--json", "--loglevel=error"];
  const { stdout } = await promisify(execFile)("npm", args, { cwd: made });
  const [packed] = JSON.parse(stdout) as { filename: string }[];
  if (!packed) throw new Error("npm pack made nothing");
  // Older versions of npm print the file name with the scope's folder.
  return packed.filename.replace(/^@/, "").replaceAll("/", "-");
}
