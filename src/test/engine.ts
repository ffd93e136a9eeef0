import { vi } from "vitest";
import type { CompiledStep } from "../engine/definition/types";
import { createMask } from "../engine/logs/mask/mask";
import { advance } from "../engine/run/executor";
import type { EnginePorts, RecordedResult, StepContext, StepResult } from "../engine/run/ports";
import type { KeptFile, LogRest } from "../model/entry";
import { runFacts } from "./attempts";
import { FakeClock } from "./fake-clock";
import { MemoryStore } from "./memory-store";

type Body = (context: StepContext) => StepResult | Promise<StepResult>;

const LARGE: LogRest = { type: "events", offset: 0, base64: "x".repeat(20_000) };

export const completed = (output: unknown = null): RecordedResult => ({
  status: "completed",
  output,
  exit_code: 0,
  signal: null,
});
export const failed = (error_message: string): RecordedResult => ({
  status: "failed",
  error_message,
  output: null,
  exit_code: 1,
  signal: null,
});

/** The engine over memory: one run of these steps, whose bodies are `body`. */
export function engine(
  steps: CompiledStep[],
  body: Body = () => completed(),
  args: Record<string, unknown> = {},
) {
  const clock = new FakeClock();
  const store = new MemoryStore(runFacts("/project", steps, args), () => clock.now());
  const control = {
    stop: new AbortController(),
    draining: false,
    closed: 0,
    cleared: 0,
    described: 0,
    /** Too large for the ends of steps to be kept, so that each is recorded at once. */
    log: [LARGE] as LogRest[],
    secrets: new Map<string, string | null>(),
    artifacts: [] as KeptFile[],
  };
  const lines: string[] = [];
  const inputs: unknown[] = [];
  /** By key and text, as each is written once. */
  const comments = new Map<string, string>();
  /** Rows whose large outputs were asked for. */
  const reads: string[] = [];
  /** What the code of a definition has printed, as it is kept. */
  const codeLog = { text: "", place: { steps: 0, prints: 0 } };
  const runner = vi.fn(async (context: StepContext) => body(context));
  let ids = 0;
  const ports: EnginePorts = {
    store,
    clock,
    newId: () => `attempt-${++ids}`,
    runners: { script: runner },
    code: () => {
      throw new Error("the definition of this run has no code");
    },
    readOutput: async (_claim, row_id) => {
      reads.push(row_id);
      return store.steps.find((step) => step.row_id === row_id)?.output ?? null;
    },
    codeLogs: {
      open: async () => ({ size: Buffer.byteLength(codeLog.text), place: codeLog.place }),
      append: async (_claim, { offset, bytes, place }) => {
        if (offset !== Buffer.byteLength(codeLog.text)) throw new Error("the log has a gap");
        Object.assign(codeLog, { text: codeLog.text + bytes.toString(), place });
      },
    },
    comment: async (_claim, key, text) => {
      comments.set(`${key} ${text}`, text);
    },
    hold: () => ({
      signal: control.stop.signal,
      close: () => {
        control.closed++;
      },
    }),
    draining: () => control.draining,
    workspace: {
      clear: async () => {
        control.cleared++;
      },
      describe: async () => {
        control.described++;
      },
      abandon: async () => {},
      finish: async () => {},
    },
    files: {
      prepare: async () => null,
      visit: async () => ({ end: async () => null, goBack: () => {}, leave: () => {} }),
    },
    artifacts: {
      collect: async () => ({ files: control.artifacts, reports: [], refusal: null }),
    },
    secrets: async () => ({ values: control.secrets, mask: createMask(secretValues(control.secrets)) }),
    logs: {
      open: async (_attempt, input) => {
        inputs.push(input);
        return {
          write: () => undefined,
          update: () => undefined,
          system: (text) => {
            lines.push(text);
          },
          end: async () => control.log,
          lines: () => [],
          leave: async () => {
            lines.push("(left)");
          },
        };
      },
    },
  };
  const go = () => advance(store.run.id, ports);
  return { clock, store, control, lines, inputs, comments, codeLog, reads, runner, ports, go };
}

const secretValues = (secrets: Map<string, string | null>) =>
  [...secrets.values()].filter((value) => value !== null);
