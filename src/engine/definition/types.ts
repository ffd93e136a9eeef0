import type { CompiledTriggers } from "./trigger-types";

export type JsonSchema = Record<string, unknown>;

/** A definition as a revision keeps it: checked, defaults filled in, durations in milliseconds. */
export interface CompiledDefinition {
  name: string;
  description: string;
  phases: string[];
  args_schema: JsonSchema | null;
  is_template: boolean;
  /** Of its runs that have a group in common, in the whole project, one is under way at a time; `group` may hold `${{ }}`. */
  concurrency?: { group: string; cancel_in_progress: boolean };
  /** Of its runs; may hold `${{ }}` over args and project. Absent: its own name with the run's number. */
  run_name?: string;
  /** What starts runs by itself; absent: nothing does. */
  on?: CompiledTriggers;
  /** Of a definition in TypeScript, whose steps come as it runs: the file with what it imports, as one text. */
  code?: string;
  /** Of such a definition: what every script, agent and function gets. Steps of YAML hold it themselves. */
  env?: Record<string, string>;
  secrets?: string[];
  /** Of such a definition: the shell of its scripts. */
  shell?: string;
  /** JSON Schema of what such a definition's code returns. */
  output_schema?: JsonSchema;
  /** In the order in which they run: every step after those it needs. */
  steps: CompiledStep[];
}

interface CompiledStepBase {
  id: string;
  name: string;
  phase: string;
  /** Ids of the steps that must have ended before. */
  needs: string[];
  /** The definition names them. Absent: it is the step before, which is looked through where it was skipped. */
  needs_named?: true;
  /** Expression; the step is skipped where it is not true. */
  if: string | null;
  continue_on_error: boolean;
  timeout_ms: number;
  retry: { attempts: number; delay_ms: number; backoff: "constant" | "exponential" };
  /** Values may hold `${{ }}`. The definition's `env` is merged in. */
  env: Record<string, string>;
  /** Names of the project's secrets that it gets as variables; absent in revisions from before there were any. */
  secrets?: string[];
}

export interface ScriptStep extends CompiledStepBase {
  kind: "script";
  run: string;
  /** What runs it: sh, bash, or a program with its arguments; absent: sh. */
  shell?: string;
  /** Relative to the project; may hold `${{ }}`. */
  working_directory: string | null;
  /** Globs; may hold `${{ }}`. */
  artifacts: string[];
}

export interface FunctionStep extends CompiledStepBase {
  kind: "function";
  /** Of code that sleeps: there is nothing to run, and it ends by itself after this. */
  sleep_ms?: number;
  /** Globs of code that keeps files: there is nothing to run. */
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
}

export type CompiledStep = ScriptStep | FunctionStep | AgentStep | ApprovalStep;
