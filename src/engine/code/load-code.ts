import { type ChildProcess, fork } from "node:child_process";
import { realpath } from "node:fs/promises";
import { join, relative } from "node:path";
import { z } from "zod";
import { packageRoot } from "../../lib/package-root";
import { compileArgsSchema } from "../definition/args-schema";
import type { DefinitionFault } from "../definition/faults";
import type { CompiledDefinition } from "../definition/types";
import type { CodeFault, LoadAnswer, LoadRequest } from "./protocol";

export type LoadedCode =
  | { ok: true; definition: CompiledDefinition }
  | { ok: false; faults: DefinitionFault[] };

const TIMEOUT_MS = 10_000;
const MEMORY_MB = 256;
const MAX_STDERR = 8_192;

const Name = z.string({ error: "must be a text" }).min(1, "must not be empty");
const Phase = Name.max(60, "must have at most 60 characters");

/** What comes from the author's process is checked like any other input. */
const Description = z.object({
  name: Name.max(200, "must have at most 200 characters"),
  description: z.string({ error: "must be a text" }).max(2_000, "must have at most 2000 characters"),
  phases: z
    .array(Phase, { error: "must be a list of names" })
    .min(1, "must have at least one")
    .max(50, "must have at most 50")
    .refine((phases) => new Set(phases).size === phases.length, "must not have the same name twice"),
  args_schema: z.record(z.string(), z.unknown()).nullable(),
  is_template: z.boolean({ error: "must be true or false" }),
});

/**
 * Reads a definition in TypeScript: bundles it with what it imports and asks it for its name, phases and args,
 * in a process of its own with bounds on time and memory. `path` is relative to `project`, its
 * absolute folder. Faults name the line of the author's file; never throws for what the code does.
 */
export async function loadCodeDefinition(
  project: string,
  path: string,
  { timeout_ms = TIMEOUT_MS }: { timeout_ms?: number } = {},
): Promise<LoadedCode> {
  // Traces name real paths.
  const root = await realpath(project);
  const answer = await ask({ do: "load", file: join(root, path), root }, timeout_ms);
  const refuse = (faults: Omit<CodeFault, "file">[]): LoadedCode => ({
    ok: false,
    faults: faults.map(({ line, column, message }) => ({ file: path, line, column, message, path: "" })),
  });
  if (typeof answer === "string") return refuse([{ line: 1, column: 1, message: answer }]);
  if (!answer.ok) {
    const faults = answer.faults.map(({ file, ...fault }) => ({
      ...fault,
      file: file === null ? path : relative(root, file),
      path: "",
    }));
    return { ok: false, faults };
  }
  const described = Description.safeParse(answer.description);
  if (!described.success) {
    return refuse(
      described.error.issues.map((issue) => ({
        line: 1,
        column: 1,
        message: `${issue.path.join(".")} ${issue.message}`,
      })),
    );
  }
  const { args_schema } = described.data;
  const compiled = args_schema ? compileArgsSchema(args_schema) : { ok: true as const };
  if (!compiled.ok) {
    return refuse(
      compiled.faults.map((fault) => ({
        line: 1,
        column: 1,
        message: `args${fault.path.map((part) => `.${part}`).join("")}: ${fault.message}`,
      })),
    );
  }
  return { ok: true, definition: { ...described.data, steps: [], code: answer.bundle } };
}

/** The host's answer, or why there is none. */
async function ask(request: LoadRequest, timeout_ms: number): Promise<LoadAnswer | string> {
  const child = fork(/* turbopackIgnore: true */ join(packageRoot(), "dist", "code-host.js"), [], {
    cwd: request.root,
    // Nothing of the server's environment, and no debugger's port.
    env: { PATH: process.env.PATH, HOME: process.env.HOME, TZ: "UTC", NODE_ENV: "production" },
    execArgv: [`--max-old-space-size=${MEMORY_MB}`],
    stdio: ["ignore", "ignore", "pipe", "ipc"],
  });
  let stderr = "";
  child.stderr?.on("data", (bytes: Buffer) => {
    stderr = (stderr + bytes.toString("utf8")).slice(-MAX_STDERR);
  });
  const timer = setTimeout(() => child.kill("SIGKILL"), timeout_ms);
  try {
    return await answerOf(child, request, () => {
      if (stderr.includes("heap out of memory")) return "needed too much memory to load";
      if (child.signalCode === "SIGKILL") return `did not load within ${timeout_ms / 1000} s`;
      return `ended the process while it was loaded (${child.signalCode ?? `exit code ${child.exitCode}`})`;
    });
  } finally {
    clearTimeout(timer);
    child.kill("SIGKILL");
  }
}

function answerOf(
  child: ChildProcess,
  request: LoadRequest,
  whyNone: () => string,
): Promise<LoadAnswer | string> {
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("message", (answer) => resolve(answer as LoadAnswer));
    child.once("exit", () => resolve(whyNone()));
    child.send(request);
  });
}
