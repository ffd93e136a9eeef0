import type { Budget, WorkspaceKind } from "../../model/states";
import type { CompiledTriggers } from "./trigger-types";

export type JsonSchema = Record<string, unknown>;

/** A definition as a revision stores it: checked, with defaults filled in and durations in milliseconds. */
export interface CompiledDefinition {
  name: string;
  description: string;
  phases: string[];
  args_schema: JsonSchema | null;
  is_template: boolean;
  /** Of the project's runs with the same `group`, one is at work at a time; `group` may hold `${{ }}`. */
  concurrency?: { group: string; cancel_in_progress: boolean };
  /** Where runs work; absent: as their project says. */
  workspace?: WorkspaceKind;
  /** The branch, tag or commit to begin from; may hold `${{ }}` over args and project. Absent: the main branch. */
  base?: string;
  /** Runs once in each new workspace, before its first step. */
  setup?: { run: string; shell?: string };
  /** Folders that are kept between runs; `key` may hold `${{ hashFiles() }}`, `args` and `project`. */
  cache?: { path: string; key: string }[];
  /** Untracked files of the project that each workspace gets. */
  copy?: string[];
  /** Name of the runs; may hold `${{ }}` over args and project. Absent: the definition's name with the run's number. */
  run_name?: string;
  /** Its processes reach no other; absent: as the machine. */
  network?: "none";
  /** What each run may use; once it is reached, the run pauses and asks. */
  budget?: Budget;
  /** What starts runs by itself; absent: nothing does. */
  on?: CompiledTriggers;
  /** Only in TypeScript: the bundle of the file with all imports. `steps` is then empty; the code makes them. */
  code?: string;
  /** Only in TypeScript: variables of every script, agent and function. In YAML each step has them merged in. */
  env?: Record<string, string>;
  secrets?: string[];
  /** Only in TypeScript: the shell of its scripts. */
  shell?: string;
  /** Only in TypeScript: JSON Schema of what the code returns. */
  output_schema?: JsonSchema;
  /** In running order: each step stands after those it needs. */
  steps: CompiledStep[];
}

interface CompiledStepBase {
  id: string;
  name: string;
  phase: string;
  /** Ids of the steps that must have ended before. */
  needs: string[];
  /** `needs` stands in the definition: the step is skipped when all of these were. Absent: it needs the step before. */
  needs_named?: true;
  /** An expression; the step is skipped unless it is true. */
  if: string | null;
  continue_on_error: boolean;
  timeout_ms: number;
  retry: { attempts: number; delay_ms: number; backoff: "constant" | "exponential" };
  /** Values may hold `${{ }}`. The definition's `env` is merged in. */
  env: Record<string, string>;
  /** Names of the project's secrets that the step gets as variables; absent in old revisions. */
  secrets?: string[];
  /** False: the files are not kept when the step ends. */
  snapshot?: false;
}

export interface ScriptStep extends CompiledStepBase {
  kind: "script";
  run: string;
  /** The shell: sh, bash, or a program with its arguments; absent: sh. */
  shell?: string;
  /** Relative to the project; may hold `${{ }}`. */
  working_directory: string | null;
  /** Globs; may hold `${{ }}`. */
  artifacts: string[];
}

export interface FunctionStep extends CompiledStepBase {
  kind: "function";
  /** Set for a `sleep` of code: nothing runs, and the step ends after this time. */
  sleep_ms?: number;
  /** Set for a `keep` of code: nothing runs, and these globs name files to keep. */
  artifacts?: string[];
}

export interface AgentStep extends CompiledStepBase {
  kind: "agent";
  agent: string;
  prompt: string;
  working_directory: string | null;
  artifacts: string[];
}

export interface ApprovalStep extends CompiledStepBase {
  kind: "approval";
  prompt: string;
  approvers: { role: "member" | "maintainer" | "owner"; count: number; allow_self: boolean };
  /** JSON Schema of what the decision has to answer. */
  form?: JsonSchema;
  /** Changes may be requested, at most `rounds` times. `rework`: the step to go back to; null: the code decides. */
  changes?: { rework: string | null; rounds: number };
}

export type CompiledStep = ScriptStep | FunctionStep | AgentStep | ApprovalStep;
