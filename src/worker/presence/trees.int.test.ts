import { once } from "node:events";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { DEFINITIONS_FOLDER } from "../../features/definitions/files";
import { isAlive, listTree } from "../../lib/process-tree";
import { agentTests } from "../../test/agents";
import { testDatabase } from "../../test/database";
import type { MadeProject } from "../../test/factories";
import { callerOf } from "../../test/people";
import { readRun, untilRun } from "../../test/runs";
import { endWorkersAfterEach, startWorkerProcess } from "../../test/worker-process";

const database = testDatabase({ fresh: true });
const { make } = agentTests(database);
endWorkersAfterEach();

/** Three processes that ignore SIGTERM and hold the pipe: one has a session of its own, one was orphaned in it. */
const TREE = `trap '' TERM
echo $$ >> "pids-$1"
case "$2" in
"") setsid sh tree.sh "$1" session & ;;
session) (sh tree.sh "$1" orphan &) ;;
esac
while :; do sleep 1; done
`;

const yaml = (step: object) =>
  JSON.stringify({ name: "Tree", phases: ["work"], steps: [{ id: "tree", ...step }] });

/** By what starts the tree; each with how long it may take. */
const DEFINITIONS: Record<string, (timeout: string) => [file: string, source: string]> = {
  script: (timeout) => [
    "yaml",
    yaml({ type: "script", run: 'sh tree.sh "$PHASEBOARD_RUN_ID"; sleep 1000', timeout }),
  ],
  agent: (timeout) => ["yaml", yaml({ type: "agent", agent: "player", prompt: "Go", timeout })],
  code: (timeout) => [
    "ts",
    `import { spawn } from "node:child_process";
import { defineWorkflow } from "phaseboard";
export default defineWorkflow({
  name: "Tree",
  phases: ["work"],
  async run({ run, step }) {
    await step.function("tree", () => {
      spawn("sh", ["tree.sh", run.id], { stdio: "inherit" });
      return new Promise(() => {});
    }, { timeout: "${timeout}" });
  },
});
`,
  ],
};
const KINDS = Object.keys(DEFINITIONS);

let made: MadeProject;
beforeAll(async () => {
  made = await make({ turn: [{ hang: true }], deaf: true });
  const { path } = made.project;
  await writeFile(join(path, "tree.sh"), TREE);
  // The agent comes with a tree beside it.
  const agents = join(path, ".agent/agents.yaml");
  const { player } = JSON.parse(await readFile(agents, "utf8"));
  const words = [player.command, ...player.args].map((word: string) => `'${word}'`).join(" ");
  const command = `sh tree.sh "$PHASEBOARD_RUN_ID" & exec ${words}`;
  await writeFile(agents, JSON.stringify({ player: { command: "sh", args: ["-c", command] } }));
  await mkdir(join(path, DEFINITIONS_FOLDER), { recursive: true });
  for (const [kind, sourceOf] of Object.entries(DEFINITIONS)) {
    for (const [name, timeout] of [
      [kind, "10m"],
      [`${kind}-short`, "6s"],
    ] as const) {
      const [extension, source] = sourceOf(timeout);
      await writeFile(join(path, DEFINITIONS_FOLDER, `${name}.${extension}`), source);
    }
  }
  await callerOf(database.db, made.owner).definitions.sync({ project_id: made.project.id });
});

interface Started {
  id: string;
  pids: number[];
}

/** Runs of these definitions, each once its tree is there. */
function startTrees(slugs: string[]): Promise<Started[]> {
  const { runs } = callerOf(database.db, made.owner);
  return Promise.all(
    slugs.map(async (slug) => {
      const { id } = await runs.create({
        project_id: made.project.id,
        workflow_definition_id: slug,
        name: slug,
        args: {},
      });
      const read = async () => {
        const text = await readFile(join(made.project.path, `pids-${id}`), "utf8").catch(() => "");
        return text.split("\n").filter(Boolean);
      };
      await expect.poll(read, { timeout: 60_000 }).toHaveLength(3);
      return { id, pids: listTree({ marked: (value) => value.includes(id) }) };
    }),
  );
}

/** Nothing of the runs is left: not what was started, nor whatever else carries their mark. */
async function expectGone(started: Started[]): Promise<void> {
  const left = () =>
    started.flatMap(({ id, pids }) => [
      ...pids.filter(isAlive),
      ...listTree({ marked: (value) => value.includes(id) }),
    ]);
  await expect.poll(left).toEqual([]);
}

describe("a tree that forks twice, leaves its session, ignores SIGTERM and holds the pipe", () => {
  it("is gone after a cancel, and after a timeout", async () => {
    await startWorkerProcess(database.url, { PHASEBOARD_CONCURRENCY: "6" });
    const [cancelled, timed] = await Promise.all([
      startTrees(KINDS),
      startTrees(KINDS.map((kind) => `${kind}-short`)),
    ]);
    const { runs } = callerOf(database.db, made.owner);
    for (const { id } of cancelled) await runs.cancel({ id });
    await expectGone([...cancelled, ...timed]);
    for (const { id } of timed) {
      await untilRun(database.db, id, "failed");
      expect((await readRun(database.db, id)).run.error_message).toBe(
        'Step "tree" failed: Timed out after 6 s',
      );
    }
  }, 180_000);

  it.each<[string, NodeJS.Signals, Record<string, string>]>([
    ["its worker was killed with -9", "SIGKILL", {}],
    ["its worker drained", "SIGTERM", { DRAIN_MS: "200" }],
  ])(
    "is gone after %s",
    async (_, signal, env) => {
      const worker = await startWorkerProcess(database.url, env);
      const started = await startTrees(KINDS);
      const exited = once(worker, "exit");
      worker.kill(signal);
      await exited;
      await expectGone(started);
      const { runs } = callerOf(database.db, made.owner);
      for (const { id } of started) await runs.cancel({ id });
    },
    180_000,
  );
});
