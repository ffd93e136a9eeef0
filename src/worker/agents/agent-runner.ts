import { join } from "node:path";
import { ownPrograms } from "../../box/own-programs";
import type { RunBox } from "../../box/run-box";
import { AGENTS_FILE, type AgentDefinition, parseAgents } from "../../engine/agent-settings/parse-agents";
import { renderFaults } from "../../engine/definition/faults";
import { MAX_SOURCE_BYTES } from "../../engine/definition/yaml-document";
import type { RecordedResult, RunFacts, StepContext, StepResult, StepRunner } from "../../engine/run/ports";
import { stepWorkingDirectory } from "../../engine/run/working-directory";
import { scriptEnvironment } from "../../engine/steps/script-environment";
import { isSpawnFault, spawnFaultText } from "../../engine/steps/spawn-fault";
import {
  failed,
  inItsBox,
  markOf,
  preparePaths,
  programOf,
  queryOf,
  type WatchGroup,
} from "../../engine/steps/step-process";
import { findCommand } from "../../lib/find-command";
import { packageRoot } from "../../lib/package-root";
import { startPipedBothWays } from "../../lib/pipes";
import { didYouMean } from "../../lib/suggest";
import { readYamlInside } from "../../storage/read-yaml-inside";
import { AgentRun } from "./agent-run";
import type { BudgetDesk } from "./budget-desk";
import { mcpServers } from "./mcp-servers";
import type { MessageDesk } from "./message-desk";
import type { PermissionDesk } from "./permission-desk";
import type { AgentSessions } from "./sessions";

/** Runs agent steps: a program that speaks the Agent Client Protocol, ended with all that it started. */
export function createAgentRunner(options: {
  process_key: string;
  /** Absolute folder for files that only attempts need. */
  scratch: string;
  boxOf(run: RunFacts): RunBox;
  watch: WatchGroup;
  sessions: AgentSessions;
  desk: PermissionDesk;
  messages: MessageDesk;
  budget: BudgetDesk;
}): StepRunner {
  const run = async (context: StepContext): Promise<StepResult> => {
    const { step, claim, signal } = context;
    if (step.kind !== "agent") throw new Error(`the agent runner was given a step of type ${step.kind}`);
    if (signal.aborted) return { status: "stopped" };
    const folder = stepWorkingDirectory(claim.run, step.working_directory);
    if ("refusal" in folder) return failed(folder.refusal);
    const base = claim.run.folder;
    // The project says which agents there are; what a run does to its files changes none.
    const agent = await findAgent(claim.run.project.path, step.agent);
    if ("refusal" in agent) return final(agent.refusal);
    // As for scripts. Confirmed again before the body, since the look-ups in between take time.
    await context.confirm();
    const box = options.boxOf(claim.run);
    const paths = preparePaths(context, options.scratch, box.user);
    if ("refusal" in paths) return failed(paths.refusal);
    const mark = markOf(options.process_key, context);
    const withAgent = { ...context, step: { ...step, env: { ...agent.env, ...step.env } } };
    const env = scriptEnvironment(withAgent, paths, mark);
    const own = agent.command === OWN_COMMAND ? ownProgram() : null;
    const program = own ? process.execPath : await findCommand(agent.command, base, env.PATH);
    if (program === null) return final(missingProgram(agent, env.PATH));
    const servers = await mcpServers(agent, base, env);
    if ("refusal" in servers) return final(servers.refusal);
    let unwatch: (() => void) | undefined;
    try {
      await context.confirm();
      const reach = { writable: [paths.folder], readable: [paths.args, ...(own ? ownPrograms() : [])] };
      const args = own ? [own, ...agent.args] : agent.args;
      const given = { program, args, cwd: folder.path, env };
      const piped = startPipedBothWays(programOf(box.confine(given, reach)));
      const { pid } = piped.child;
      if (pid) unwatch = options.watch(pid);
      context.started();
      const query = { ...queryOf(box, mark), ...(pid ? { root: pid } : {}) };
      const task = { context, prompt: step.prompt, agent, cwd: folder.path, servers, output: paths.output };
      const { sessions, desk, messages, budget } = options;
      return await new AgentRun(task, piped, query, sessions, desk, messages, budget).result();
    } catch (error) {
      if (!isSpawnFault(error)) throw error;
      return failed(`The agent "${agent.name}" could not be started: ${spawnFaultText(error, env)}`);
    } finally {
      unwatch?.();
    }
  };
  return (context) => inItsBox(() => run(context));
}

/** Our own command line as an agent's command, wherever we are installed: `phaseboard demo-agent`. */
const OWN_COMMAND = "phaseboard";
const ownProgram = () => join(packageRoot(), "dist", "main.js");

/** A failure that only a person can mend, so it is not tried again. */
const final = (reason: string): RecordedResult => failed(reason, { is_final: true });

/** The agent of this name in the project's agents file, or why there is none. */
export async function findAgent(base: string, name: string): Promise<AgentDefinition | { refusal: string }> {
  const file = await readYamlInside(base, AGENTS_FILE, MAX_SOURCE_BYTES);
  if (file === null)
    return { refusal: `There is no agent "${name}": the project has no file ${AGENTS_FILE}` };
  if ("refused" in file) return { refusal: `${AGENTS_FILE} ${file.refused}` };
  const parsed = parseAgents(file.text);
  if (!parsed.ok) return { refusal: renderFaults(parsed.faults) };
  const names = [...parsed.agents.keys()];
  const known = names.length > 0 ? `it names ${names.join(", ")}` : "it names none";
  const refusal = `There is no agent "${name}" in ${AGENTS_FILE}; ${known}${didYouMean(name, names)}`;
  return parsed.agents.get(name) ?? { refusal };
}

function missingProgram({ name, command }: AgentDefinition, path: string | undefined): string {
  const where = command.includes("/")
    ? "is not there, or may not be run"
    : `is not on the PATH (${path ?? ""})`;
  return `The agent "${name}" could not be started: its command ${command} ${where}`;
}
