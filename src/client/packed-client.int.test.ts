import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { packageRoot } from "../lib/package-root";
import {
  builtCli,
  childrenOf,
  emptyDataDir,
  endProductsAfterEach,
  freePort,
  health,
  kill,
  startProduct,
} from "../test/product";

const ROOT = packageRoot();
/** The packages that `npm install` of the tarball adds, and those that the test program needs. */
const PACKAGES = ["@trpc/client", "@trpc/server", "eventsource", "eventsource-parser", "zod"];
const EMAIL = "ada@example.com";

interface Result {
  status: number | null;
  output: string;
  stdout: string;
}

function run(
  command: string,
  args: string[],
  options: { cwd?: string; env?: NodeJS.ProcessEnv } = {},
): Result {
  const { status, stdout, stderr } = spawnSync(command, args, { cwd: ROOT, encoding: "utf8", ...options });
  return { status, stdout, output: stdout + stderr };
}

const compile = (folder: string, ...args: string[]) =>
  run(
    process.execPath,
    [join(ROOT, "node_modules", "typescript", "bin", "tsc"), "--pretty", "false", ...args],
    {
      cwd: folder,
    },
  );

/** The tests kill processes that they find through /proc, which only Linux has. */
describe.skipIf(process.platform !== "linux")("@phaseboard/client, packed", { timeout: 120_000 }, () => {
  let app: string;
  endProductsAfterEach();

  beforeAll(async () => {
    const built = run(process.execPath, ["src/cli/bin.mjs", "build"]);
    if (built.status !== 0) throw new Error(`the build failed:\n${built.output}`);
    const packed = run("npm", ["run", "pack:client"]);
    if (packed.status !== 0) throw new Error(`the client was not packed:\n${packed.output}`);
    app = await mkdtemp(join(tmpdir(), "phaseboard-app-"));
    await makeApp(app, packed.stdout.trim().split("\n").at(-1) ?? "");
  }, 600_000);

  afterAll(() => rm(app, { recursive: true, force: true }));

  it("brings what an event stream and tRPC need, and no more", async () => {
    const manifest = JSON.parse(
      await readFile(join(app, "node_modules", "@phaseboard", "client", "package.json"), "utf8"),
    );
    expect(Object.keys(manifest.dependencies)).toEqual(["@trpc/client", "eventsource"]);
    expect(Object.keys(manifest.peerDependencies)).toEqual(["@trpc/server"]);
    const required = 'console.log(Object.keys(require("@phaseboard/client")).sort().join())';
    expect(run(process.execPath, ["-e", required], { cwd: app }).output).toBe(
      "PhaseboardError,createClient\n",
    );
  });

  it.each([
    ["Node's resolution", "nodenext", ["--module", "nodenext"]],
    ["a bundler's", "bundler", ["--module", "esnext", "--moduleResolution", "bundler"]],
    ["Node's types alone", "node", ["--module", "nodenext", "--lib", "es2023", "--types", "node"]],
  ])("compiles under strict without skipLibCheck, with %s", async (_what, name, options) => {
    const common = ["--strict", "--target", "es2022", "--noEmit", "--exactOptionalPropertyTypes"];
    await mkdir(join(app, name), { recursive: true });
    const text =
      'import { createClient } from "@phaseboard/client";\nexport const { runs } = createClient({ url: "" });\n';
    await writeFile(join(app, name, "use.mts"), text);
    expect(compile(app, ...common, ...options, join(name, "use.mts")).output).toBe("");
  });

  it("refuses wrong args of a definition where they stand, and nothing that is right", async () => {
    const lines = (await readFile(join(app, "wrong.mts"), "utf8")).split("\n");
    const wrong = lines.flatMap((line, index) => (line.includes("// wrong: ") ? [index + 1] : []));
    const { status, output } = compile(app, "-p", "wrong.json");
    expect(status).not.toBe(0);
    const found = [...output.matchAll(/^(\S+)\((\d+),/gm)].map(([, file, line]) => `${file}:${line}`);
    expect([...new Set(found)], output).toEqual(wrong.map((line) => `wrong.mts:${line}`));
  });

  it("runs against a server, also across the end of its web process", { timeout: 400_000 }, async () => {
    const dataDir = await emptyDataDir();
    const env = { PHASEBOARD_ADMIN_EMAIL: EMAIL, PHASEBOARD_ADMIN_PASSWORD: "long enough 42" };
    const product = await startProduct({ dataDir, env });
    const tokenOf = (...options: string[]) =>
      run(process.execPath, [builtCli(), "token", "create", "--email", EMAIL, ...options], {
        env: { ...process.env, PHASEBOARD_DATA_DIR: dataDir },
      }).stdout.trim();
    const settings = {
      url: product.url,
      deadUrl: `http://127.0.0.1:${await freePort()}`,
      token: tokenOf("--name", "app"),
      short: tokenOf("--name", "short", "--scope", "run", "--expires", "1d"),
      source: await readFile(join(ROOT, "src", "client", "test-app", "ship-a-release.yaml"), "utf8"),
    };
    await writeSettings(app, settings);
    expect(compile(app, "-p", "program.json"), "the program compiles").toMatchObject({
      status: 0,
      output: "",
    });

    const program = follow(spawn(process.execPath, [join("out", "program.mjs")], { cwd: app }));
    await expect.poll(program.output, { timeout: 120_000 }).toMatch(/^folder .*$/m);
    const told = /^folder (.*)$/m.exec(program.output())?.[1];

    const [web] = await childrenOf(product, "web.js");
    if (!web) throw new Error("there is no web process");
    kill(web, "SIGKILL");
    // The worker continues meanwhile, so that events are missed.
    await writeFile(join(told ?? "", "go"), "");
    await expect.poll(() => health(product), { timeout: 60_000 }).toBe(200);

    await expect.poll(program.output, { timeout: 180_000 }).toMatch(/^report .*$/m);
    await program.ended;
    expectGood(JSON.parse(/^report (.*)$/m.exec(program.output())?.[1] ?? ""));
  });
});

/** A new folder with packages as `npm install` would place them. */
async function makeApp(app: string, tarball: string): Promise<void> {
  const modules = join(app, "node_modules");
  const client = join(modules, "@phaseboard", "client");
  await mkdir(client, { recursive: true });
  const unpacked = run("tar", ["-xzf", tarball, "-C", client, "--strip-components", "1"]);
  if (unpacked.status !== 0) throw new Error(`${tarball} was not unpacked: ${unpacked.output}`);
  for (const name of [...PACKAGES, "@types/node", "undici-types"]) {
    await cp(join(ROOT, "node_modules", name), join(modules, name), { recursive: true });
  }
  for (const name of ["program.mts", "wrong.mts"]) {
    await cp(join(ROOT, "src", "client", "test-app", name), join(app, name));
  }
  const definitions = join(app, ".agent", "workflows", "definitions");
  await mkdir(definitions, { recursive: true });
  await cp(
    join(ROOT, "src", "client", "test-app", "ship-a-release.yaml"),
    join(definitions, "ship-a-release.yaml"),
  );
  const typed = run(process.execPath, [builtCli(), "types", app]);
  if (typed.status !== 0) throw new Error(`phaseboard types failed:\n${typed.output}`);
  const compilerOptions = {
    ...{ strict: true, module: "nodenext", target: "es2022", types: [], outDir: "out", rootDir: "." },
  };
  const config = (file: string) =>
    JSON.stringify({ compilerOptions, files: [file, ".agent/phaseboard.d.ts"] });
  await writeFile(join(app, "program.json"), config("program.mts"));
  await writeFile(join(app, "wrong.json"), config("wrong.mts"));
}

async function writeSettings(app: string, settings: Record<string, string>): Promise<void> {
  const lines = Object.entries(settings).map(
    ([name, value]) => `export const ${name} = ${JSON.stringify(value)};\n`,
  );
  await writeFile(join(app, "settings.mts"), lines.join(""));
}

function follow(child: ChildProcess) {
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on("data", (bytes) => {
      output += bytes;
    });
  }
  return { output: () => output, ended: once(child, "close") };
}

interface Report {
  ids: number[];
  last: number;
  connections: string[];
  log: string;
  faults: Record<string, string>;
}

function expectGood({ ids, last, connections, log, faults, ...rest }: Report): void {
  expect(rest).toEqual({
    runs: [true, { channel: "beta", version: "2.2.0" }],
    args: { channel: "stable", version: "2.1.0" },
    artifact: [true, true, 3_000_000, 3_000_000],
    streamed: [180_000, "document", "file"],
    sent: [0, 3_000_000, expect.any(Number)],
    got: [0, 3_000_000],
    bytes: [true, true, 3_000_000],
    listed: 2,
  });
  expect(ids).toEqual(Array.from({ length: last }, (_, index) => index + 1));
  expect(connections.filter((state) => state === "open").length).toBeGreaterThanOrEqual(2);
  const lines = log
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as { text?: string });
  const printed = lines.map(({ text = "" }) => text).join("");
  expect(printed.match(/line \d+/g)).toEqual(Array.from({ length: 200 }, (_, index) => `line ${index + 1}`));
  expect(printed.match(/building/g)).toHaveLength(1);
  expect(faults).toEqual({
    query: "NOT_FOUND 404",
    input: "BAD_REQUEST 400",
    otherBody: "CONFLICT 409",
    noToken: "UNAUTHORIZED 401",
    upload: "NOT_FOUND 404",
    tooLarge: "PAYLOAD_TOO_LARGE 413",
    tooLargeUnsaid: "PAYLOAD_TOO_LARGE 413",
    ownSize: "RangeError",
    abortedUpload: "AbortError",
    download: "NOT_FOUND 404",
    abortedDownload: "AbortError",
    unreachable: "NETWORK 0",
    unreachableUpload: "NETWORK 0",
    abortedCall: "AbortError",
    subscription: "NOT_FOUND 404",
    revoked: "UNAUTHORIZED 401",
  });
}
