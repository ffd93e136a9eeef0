import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { rm } from "node:fs/promises";
import { constants } from "node:os";
import { join } from "node:path";
import { eq, or } from "drizzle-orm";
import { findBox } from "../box/find-box";
import { makeRunBox } from "../box/run-box";
import type { Program } from "../box/types";
import type { ReadDb } from "../db/client";
import { projects } from "../db/schema/projects";
import { signInProgram } from "../engine/agent-settings/known-agents";
import { passedOn } from "../engine/steps/script-environment";
import { audit } from "../events/emit";
import { AppError } from "../lib/errors";
import { findCommand } from "../lib/find-command";
import { newId } from "../lib/ids";
import { readSettings } from "../lib/settings";
import { findAgent } from "../worker/agents/agent-runner";
import { byCommandLine } from "./by-command-line";
import { withDatabase } from "./database";
import { say } from "./output";

export interface Login {
  /** The project's slug or id. */
  project: string;
  agent: string;
  /** What to start instead of the agent's own program; empty: that. */
  words: string[];
}

/** `phaseboard agent login`. Gives the exit code of what was started. */
export async function runAgentLogin(login: Login): Promise<number> {
  const found = await withDatabase((db) =>
    byCommandLine(db, "agents.login", async (tx) => {
      const found = await findLogin(tx, login);
      const { project, name, command } = found;
      audit(tx, { target: { type: "agent", id: null, name }, project, after: { command } });
      return found;
    }),
  );
  return signIn(found, readSettings().dataDir, isTerminal());
}

const isTerminal = () => process.stdin.isTTY === true && process.stdout.isTTY === true;

interface FoundLogin {
  project: { id: string; name: string; path: string; user_number: number };
  name: string;
  command: string;
  args: string[];
  env: Record<string, string>;
}

/** What to start, and for whom. Throws `AppError` where there is no such project or agent. */
export async function findLogin(
  db: ReadDb,
  { project: ref, agent: name, words }: Login,
): Promise<FoundLogin> {
  const [project] = await db
    .select({ id: projects.id, name: projects.name, path: projects.path, user_number: projects.user_number })
    .from(projects)
    .where(or(eq(projects.slug, ref), eq(projects.id, ref)));
  if (!project) {
    throw new AppError(
      "NOT_FOUND",
      `There is no project "${ref}". Its name is the one in its pages' address.`,
    );
  }
  const agent = await findAgent(project.path, name);
  if ("refusal" in agent) throw new AppError("NOT_FOUND", agent.refusal);
  const [command, ...args] = words;
  const started = command === undefined ? signInProgram(agent) : { command, args };
  return { project, name, ...started, env: agent.env };
}

/**
 * Starts the program in the project's box, with the project's home, at the terminal of this process. In a box the program
 * has a terminal of its own, since it could type into this one otherwise.
 */
export async function signIn(login: FoundLogin, dataDir: string, isAtTerminal: boolean): Promise<number> {
  const { project, name, command, args } = login;
  const env: Record<string, string> = {
    ...passedOn(process.env),
    TERM: process.env.TERM ?? "xterm-256color",
    ...login.env,
  };
  const program = await findCommand(command, project.path, env.PATH);
  if (program === null) {
    const other = `npx phaseboard agent login … ${name} -- <program>`;
    throw new AppError(
      "NOT_FOUND",
      `${command}, by which ${name} signs in, is not on the PATH. Install it, or name another one: ${other}`,
    );
  }
  const run_id = `login-${newId()}`;
  const scratch = join(dataDir, "scratch", run_id);
  const box = makeRunBox(await findBox(), dataDir, {
    run_id,
    project,
    folder: join(scratch, "files"),
    network: "machine",
  });
  if (box.kind === "none")
    say("There is no box: the agent is signed in as the user who calls this, for all projects");
  const given = box.confine({ program, args, cwd: box.kind === "none" ? project.path : "/tmp", env });
  const isOwnTerminal = isAtTerminal && box.kind !== "none";
  try {
    return await codeOf(isOwnTerminal ? await startAtTerminal(given) : start(given, !isAtTerminal));
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

function start({ program, args, cwd, env }: Program, detached: boolean): ChildProcess {
  return spawn(program, args, { cwd, env: env as NodeJS.ProcessEnv, stdio: "inherit", detached });
}

/** `script` passes on what is typed and written, between this terminal and one of its own. */
async function startAtTerminal({ program, args, cwd, env }: Program): Promise<ChildProcess> {
  const script = await findCommand("script", "/", process.env.PATH);
  if (script === null) {
    throw new AppError(
      "NOT_FOUND",
      "script is not there, which gives the agent a terminal of its own. Install util-linux.",
    );
  }
  const line = [program, ...args].map(quoted).join(" ");
  const words = ["--quiet", "--return", "--command", `exec ${line}`, "/dev/null"];
  return start({ program: script, args: words, cwd, env: { ...env, SHELL: "/bin/sh" } }, false);
}

const quoted = (word: string) => `'${word.replaceAll("'", "'\\''")}'`;

/** The exit code, as a shell gives it. */
async function codeOf(child: ChildProcess): Promise<number> {
  // Who is typing ends the program, not this.
  const ignore = () => {};
  process.on("SIGINT", ignore);
  try {
    const [code, signal] = (await once(child, "close")) as [number | null, NodeJS.Signals | null];
    return code ?? 128 + (signal ? constants.signals[signal] : 0);
  } finally {
    process.off("SIGINT", ignore);
  }
}
