import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import {
  chmod,
  copyFile,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  realpath,
  stat,
  writeFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { DEFINITIONS_FOLDER } from "../features/definitions/files";
import { packageRoot } from "../lib/package-root";
import { isAlive, listTree } from "../lib/process-tree";
import { enqueueAdvance } from "../queue/enqueue";
import { bundleProgram } from "../test/bundle";
import { testDatabase } from "../test/database";
import { type MadeProject, makeProject, makeRun, scriptStep } from "../test/factories";
import { callerOf } from "../test/people";
import { readRun, untilRun } from "../test/runs";
import { startWorkerProcess } from "../test/worker-process";

/*
 * What a member of a project who may write scripts tries, for real, as the server may be started. Only a machine with
 * bubblewrap can say it; under root all three ways of starting are looked at.
 */

const SECRET = "the-secret-of-the-server";
/** Small enough to be reached in a test. */
const LIMITS = "processes=120,memory=1G,cpu=2";
/** An ordinary user, whom no system has. */
const ORDINARY = 68_000;

const isRoot = process.getuid?.() === 0;
const hasBubblewrap = spawnSync("bwrap", ["--version"]).status === 0;
const asOrdinary = ["setpriv", `--reuid=${ORDINARY}`, `--regid=${ORDINARY}`, "--clear-groups", "--"];
/** Its own view of the files, in which bubblewrap is no program. */
const withoutBubblewrap = [
  "unshare",
  "--mount",
  "sh",
  "-c",
  'mount --bind /dev/null "$(command -v bwrap)"; exec "$@"',
  "sh",
];

interface Way {
  name: string;
  /** What starts the server's processes. */
  by: string[];
  user: number;
  kind: "bubblewrap" | "user";
}
const WAYS: Way[] = !hasBubblewrap
  ? []
  : isRoot
    ? [
        { name: "root with bubblewrap", by: [], user: 0, kind: "bubblewrap" },
        { name: "root without bubblewrap", by: withoutBubblewrap, user: 0, kind: "user" },
        { name: "an ordinary user with bubblewrap", by: asOrdinary, user: ORDINARY, kind: "bubblewrap" },
      ]
    : [
        {
          name: "an ordinary user with bubblewrap",
          by: [],
          user: process.getuid?.() ?? 0,
          kind: "bubblewrap",
        },
      ];

const script = (run: string) => ({ id: "work", type: "script", run });

const database = testDatabase({ fresh: true });

/** The names of what the probe tries, without those that need root. */
const NAMES = [
  "secrets",
  "another project",
  "its own records",
  "records of another",
  "a file at home",
  "the home",
  "the data folder",
  "homes",
  ...["worker", "web", "step of another"].flatMap((of) =>
    ["environment", "memory", "signal", "files"].map((what) => `${of}: ${what}`),
  ),
  "sockets",
  "privileges",
  "home",
  "database",
];

describe.each(WAYS)("the server started as $name", ({ by, user, kind }) => {
  let dataDir: string;
  let home: string;
  let own: MadeProject;
  let other: MadeProject;
  let worker: ChildProcess & { pid: number };
  let web: ChildProcess;
  let env: Record<string, string>;
  /** What was reached, by who tried. */
  const reached: Record<string, Record<string, string>> = {};

  async function folder(path: string, mode = 0o700): Promise<string> {
    await mkdir(path, { recursive: true });
    await chmod(path, mode);
    return path;
  }

  beforeAll(async () => {
    dataDir = await realpath(await mkdtemp(join(tmpdir(), "phaseboard-box-")));
    await chmod(dataDir, 0o711);
    home = await folder(join(dataDir, "server-home"));
    await writeFile(join(home, "token"), SECRET);
    await folder(join(dataDir, "secrets"));
    await writeFile(join(dataDir, "secrets/nextauth-secret"), SECRET);
    await folder(join(dataDir, "projects"), 0o711);
    const paths = [
      await folder(join(dataDir, "projects/own")),
      await folder(join(dataDir, "projects/other")),
    ];
    own = await makeProject(database.db, { path: paths[0] ?? "", made_by_us: true });
    const stays = scriptStep("stays", "while [ ! -e go ]; do sleep 0.1; done", { env: { OF_OTHER: SECRET } });
    other = await makeProject(database.db, { path: paths[1] ?? "", made_by_us: true, steps: [stays] });
    await writeFile(join(other.project.path, "secret.ts"), `export default "${SECRET}";\n`);
    await copyFile(join(packageRoot(), "src/test/box/probe.mjs"), join(own.project.path, "probe.mjs"));
    await mkdir(join(own.project.path, DEFINITIONS_FOLDER), { recursive: true });
    if (user !== process.getuid?.()) spawnSync("chown", ["-R", `${user}:${user}`, dataDir]);
    env = {
      HOME: home,
      PHASEBOARD_SANDBOX: "auto",
      PHASEBOARD_DATA_DIR: dataDir,
      OF_SERVER: SECRET,
      PHASEBOARD_BOX_LIMITS: LIMITS,
    };
    worker = await startWorkerProcess(database.url, env, by);
    const [program = process.execPath, ...args] = [
      ...by,
      process.execPath,
      "-e",
      "setInterval(() => {}, 1e6)",
    ];
    web = spawn(program, args, { env: { ...process.env, ...env }, stdio: "ignore" });
  });
  afterAll(async () => {
    web.kill("SIGKILL");
    worker.kill("SIGKILL");
    await Promise.all([once(worker, "exit"), writeFile(join(other.project.path, "go"), "")]);
  });

  async function startOther(): Promise<string> {
    const { run } = await makeRun(database.db, other);
    await enqueueAdvance(database.db, run.id);
    return run.id;
  }

  /** Starts a run of a definition in this file of the project. */
  async function start(file: string, source: string): Promise<string> {
    await write(join(DEFINITIONS_FOLDER, file), source);
    const call = callerOf(database.db, own.owner);
    const project_id = own.project.id;
    await call.definitions.sync({ project_id });
    const [slug = ""] = file.split(".");
    return (await call.runs.create({ project_id, workflow_definition_id: slug, name: slug, args: {} })).id;
  }

  /** What the only step of a definition gave as its output; JSON is YAML too. */
  async function outputOf(file: string, source: string | object): Promise<unknown> {
    const text =
      typeof source === "string"
        ? source
        : JSON.stringify({ name: "Tries", phases: ["work"], workspace: "shared", steps: [source] });
    const id = await start(file, text);
    await untilRun(database.db, id, "completed");
    return (await readRun(database.db, id)).steps[0]?.output;
  }

  const write = (path: string, text: string) => writeFile(join(own.project.path, path), text);

  it("keeps a step of another project at work, while what is out of reach is tried", async () => {
    const id = await startOther();
    const processes = () => listTree({ marked: (value) => value.includes(id) });
    await expect.poll(() => processes().length).toBeGreaterThan(0);
    const stays = async () => (await readRun(database.db, id)).steps[0]?.status;
    await expect.poll(stays).toBe("running");
    const { hostname, port } = new URL(database.url);
    const source = JSON.stringify({
      name: "First",
      phases: ["work"],
      workspace: "shared",
      steps: [script("true")],
    });
    const first = await start("first.yaml", source);
    await untilRun(database.db, first, "completed");
    const executions = ".agent/workflows/executions";
    const targets = {
      secret: SECRET,
      seesOthers: kind === "user",
      serverHome: home,
      files: {
        secrets: join(dataDir, "secrets/nextauth-secret"),
        "another project": join(other.project.path, "secret.ts"),
        "its own records": join(own.project.path, executions, first, "definition.json"),
        "records of another": join(other.project.path, executions, id, "definition.json"),
        "a file at home": join(home, "token"),
      },
      folders: {
        "the home": home,
        "the data folder": join(dataDir, "secrets"),
        homes: join(dataDir, "homes", other.project.id),
      },
      processes: { worker: worker.pid, web: web.pid, "step of another": processes()[0] },
      database: { host: hostname, port: Number(port) },
    };
    await write("targets.json", JSON.stringify(targets));
    const probe = script('node probe.mjs targets.json > "$PHASEBOARD_OUTPUT"');
    reached.script = (await outputOf("probe.yaml", probe)) as Record<string, string>;

    if (user === 0) {
      // What tries has teeth: as the server itself it reaches all of it.
      const all = spawnSync(process.execPath, ["probe.mjs", "targets.json"], {
        cwd: own.project.path,
        env: { ...process.env, ...env },
        encoding: "utf8",
      });
      const names = Object.keys(JSON.parse(all.stdout));
      expect(NAMES.filter((name) => !names.includes(name))).toEqual(["sockets", "database"]);
    }
  }, 120_000);

  it.each(NAMES)("a script does not reach: %s", (name) => {
    expect(reached.script).toBeDefined();
    expect(reached.script?.[name]).toBeUndefined();
  });

  it("what its loader is told reaches the program alone, and none that starts it", async () => {
    // Each program that is told so writes a file of its own.
    const open = await folder(join(dataDir, "open"), 0o777);
    const steered = { LD_DEBUG: "files", LD_DEBUG_OUTPUT: join(open, "told"), LC_ALL: "../../open" };
    const run = 'printf %s "$LD_DEBUG" > told; printf %s "$LC_ALL" >> told';
    const steps = [{ ...script(run), env: steered }];
    for (const more of [{}, { env: steered, setup: "true", workspace: "copy" }]) {
      const source = JSON.stringify({ name: "Told", phases: ["work"], workspace: "shared", steps, ...more });
      await untilRun(database.db, await start("told.yaml", source), "completed");
    }
    expect(await readFile(join(own.project.path, "told"), "utf8")).toBe("files../../open");
    const owners = (await readdir(open)).map(async (name) => (await stat(join(open, name))).uid);
    const written = await Promise.all(owners);
    // In a box with files of its own there is no such folder, and nothing can be written there at all.
    if (kind === "bubblewrap") expect(written).toEqual([]);
    else expect(new Set(written)).toEqual(new Set([(await stat(join(own.project.path, "told"))).uid]));
  }, 60_000);

  it("a script that takes more processes, memory or time than it may is stopped, and alone", async () => {
    const greedy = {
      processes: "i=0; while [ $i -lt 200 ]; do sleep 9 & i=$((i + 1)); done 2>/dev/null",
      memory: "node -e 'const all = []; for (;;) all.push(Buffer.alloc(1 << 26, 1));'",
      time: "while :; do :; done",
    };
    for (const [name, run] of Object.entries(greedy)) {
      const steps = [script(run)];
      const source = JSON.stringify({ name, phases: ["work"], workspace: "shared", steps });
      await untilRun(database.db, await start(`${name}.yaml`, source), "failed");
    }
    expect(isAlive(worker.pid)).toBe(true);
  }, 120_000);

  it("an agent reaches no more", async () => {
    const agent = await bundleProgram(
      "src/test/agent-process.ts",
      `node_modules/.cache/phaseboard-test/agent-${process.pid}.mjs`,
    );
    const play = `'${JSON.stringify({ turn: [{ say: "done" }] })}'`;
    const command = `node probe.mjs targets.json > "$PHASEBOARD_OUTPUT" && exec '${process.execPath}' '${agent}' ${play}`;
    await mkdir(join(own.project.path, ".agent"), { recursive: true });
    await write(".agent/agents.yaml", JSON.stringify({ player: { command: "sh", args: ["-c", command] } }));
    const step = { id: "work", type: "agent", agent: "player", prompt: "Go" };
    expect(await outputOf("agent.yaml", step)).toEqual({});
  }, 60_000);

  it("a definition in TypeScript reaches nothing while it is loaded, nor by what it imports", async () => {
    const entry = await bundleProgram(
      "src/test/box/load-entry.ts",
      `node_modules/.cache/phaseboard-test/load-${process.pid}.mjs`,
    );
    const load = async (source: string) => {
      const path = join(DEFINITIONS_FOLDER, "tries.ts");
      await write(path, source);
      const [program = process.execPath, ...args] = [...by, process.execPath, entry, own.project.path, path];
      const loaded = spawnSync(program, args, {
        env: { ...process.env, ...env },
        encoding: "utf8",
        cwd: "/",
      });
      return JSON.parse(loaded.stdout);
    };
    const body = 'name: "Tries", phases: ["work"], async run() {} });\n';
    const foreign = join(other.project.path, "secret");
    const imports = await load(
      `import stolen from "${foreign}";\nimport { defineWorkflow } from "phaseboard";\nexport default defineWorkflow({ description: stolen, ${body}`,
    );
    expect(imports).toMatchObject({ ok: false });
    expect(JSON.stringify(imports)).not.toContain(SECRET);
    const tries = await load(
      `import { execFileSync } from "node:child_process";\nimport { defineWorkflow } from "phaseboard";
const description = execFileSync(process.execPath, ["probe.mjs", "targets.json"], { encoding: "utf8" });
export default defineWorkflow({ description, ${body}`,
    );
    expect(tries).toMatchObject({ ok: true, definition: { description: "{}\n" } });
  }, 60_000);

  it("code of a definition reaches no more", async () => {
    const source = `import { execFileSync } from "node:child_process";
import { defineWorkflow } from "phaseboard";
const tries = () => JSON.parse(execFileSync(process.execPath, ["probe.mjs", "targets.json"], { encoding: "utf8" }));
export default defineWorkflow({ name: "Tries", phases: ["work"], workspace: "shared", run: ({ step }) => step.function("probe", tries) });
`;
    expect(await outputOf("code.ts", source)).toEqual({});
  }, 60_000);

  it("what clears its environment and leaves its session ends with its step", async () => {
    const survivor = "setsid -f env -i sh -c 'while :; do date +%s%N > alive; sleep 0.1; done'";
    const run = `${survivor}; while [ ! -s alive ]; do sleep 0.05; done`;
    await outputOf("leaves.yaml", script(run));
    const said = await readFile(join(own.project.path, "alive"), "utf8");
    await sleep(500);
    expect(await readFile(join(own.project.path, "alive"), "utf8")).toBe(said);
  }, 60_000);

  it("has run all of it as somebody else than root", async () => {
    expect(isAlive(worker.pid)).toBe(true);
    const { uid } = await stat(join(own.project.path, "alive"));
    expect(uid === 0).toBe(false);
    expect(uid === user).toBe(user !== 0);
  });
});
