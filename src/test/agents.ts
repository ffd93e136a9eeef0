import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { eq } from "drizzle-orm";
import { agentSessions } from "../db/schema/agents";
import type { AgentStep, CompiledStep } from "../engine/definition/types";
import { logKey } from "../engine/logs/paths";
import { openTranscript } from "../features/agents/open-transcript";
import { OWN_UPDATE } from "../lib/agent-text";
import type { Budget } from "../model/states";
import { enqueueAdvance } from "../queue/enqueue";
import { fileLogs } from "../worker/logs/file-logs";
import type { Play } from "./agent-process";
import { bundleProgram } from "./bundle";
import { agentStep } from "./compiled";
import type { testDatabase } from "./database";
import { type MadeProject, makeProject, makeRun } from "./factories";
import { readRun } from "./runs";

const BUNDLE = `node_modules/.cache/phaseboard-test/agent-${process.pid}.mjs`;
let bundle: Promise<string> | undefined;

/** What tests of agents prepare and read. */
export function agentTests(database: ReturnType<typeof testDatabase>) {
  return {
    /** A project with one agent's step, whose agent plays this. */
    async make(
      play: Play,
      given: {
        agent?: object;
        step?: Partial<AgentStep>;
        /** The steps behind the agent's. */
        behind?: CompiledStep[];
        workspace?: "copy" | "shared";
        budget?: Budget;
      } = {},
    ) {
      bundle ??= bundleProgram("src/test/agent-process.ts", BUNDLE, { whole: true });
      const { workspace = "shared", behind = [], budget } = given;
      const steps = [agentStep("work", given.step), ...behind];
      const made = await makeProject(database.db, { steps, workspace, ...(budget ? { budget } : {}) });
      const command = { command: process.execPath, args: [await bundle, JSON.stringify(play)] };
      await mkdir(join(made.project.path, ".agent"), { recursive: true });
      // JSON is YAML too.
      const agents = JSON.stringify({ player: { ...command, ...given.agent } }, null, 1);
      await writeFile(join(made.project.path, ".agent/agents.yaml"), agents);
      return made;
    },

    async start(made: MadeProject): Promise<string> {
      const { run } = await makeRun(database.db, made);
      await enqueueAdvance(database.db, run.id);
      return run.id;
    },

    /** The run once its step has ended, with what its log says. */
    async read(made: MadeProject, id: string) {
      const { run, steps } = await readRun(database.db, id);
      const [step] = steps;
      const [session] = await database.db
        .select()
        .from(agentSessions)
        .where(eq(agentSessions.id, step?.agent_session_id ?? ""));
      await fileLogs(database.db, id);
      const events = await readFile(join(made.project.path, logKey(id, "work", 1, "events")), "utf8");
      const parsed = events
        .split("\n")
        .filter(Boolean)
        .map((line): { stream: string; text?: string; update?: Record<string, unknown> } => JSON.parse(line));
      const said = parsed.filter(({ stream }) => stream === "system").map(({ text }) => text?.trimEnd());
      const updates = parsed.flatMap(({ stream, update }) =>
        stream === "agent" && update && update.sessionUpdate !== OWN_UPDATE ? [update] : [],
      );
      return { run, step, session, events, said, updates };
    },

    async transcriptOf(made: MadeProject, id: string): Promise<string> {
      const file = await openTranscript({ db: database.db, actor: made.owner }, { id });
      return (await file.stream.toArray()).join("");
    },
  };
}

/** Lines of a file of the project that an agent wrote; none where there is no such file yet. */
export async function linesOf(made: MadeProject, file: string): Promise<string[]> {
  const text = await readFile(join(made.project.path, file), "utf8").catch(() => "");
  return text.split("\n").filter(Boolean);
}
