import { type ChildProcess, spawn } from "node:child_process";
import { readFile, realpath, stat } from "node:fs/promises";
import { join, relative } from "node:path";
import { z } from "zod";
import { confine } from "../../box/confine";
import { findBox } from "../../box/find-box";
import { ownPrograms } from "../../box/own-programs";
import { readerOf } from "../../box/project-user";
import type { Program } from "../../box/types";
import { EXECUTIONS } from "../../lib/executions";
import { storageFault } from "../../lib/output-fault";
import { parseShape } from "../definition/check-shape";
import { compileHead } from "../definition/compile";
import { type DefinitionFault, formatPath, type PathSegment } from "../definition/faults";
import { unknownKey } from "../definition/known-keys";
import type { CompiledDefinition } from "../definition/types";
import { plainSource } from "../definition/yaml-document";
import { DefinitionShape } from "../definition/yaml-shape";
import { codeHost } from "./code-host";
import { placeOfOption } from "./place-of-option";
import type { BundledFiles, CodeFault, CodePlace, LoadAnswer, LoadRequest } from "./protocol";

/**
 * `files`: the absolute paths of the source files; a change of one makes a new definition. `complete`: false where
 * bundling failed and there may be more files.
 */
export type LoadedCode = { files: string[]; complete: boolean } & (
  | { ok: true; definition: CompiledDefinition }
  | { ok: false; faults: DefinitionFault[] }
);

const TIMEOUT_MS = 10_000;
const MEMORY_MB = 256;
const MAX_STDERR = 8_192;

/** The keys of a definition in YAML without its steps. */
export const HeadShape = DefinitionShape.omit({ steps: true }).extend({
  output_schema: z.record(z.string(), z.unknown(), { error: "a JSON Schema" }).nullable(),
});
export const optionOf = (key: PathSegment) => String(key).replace(/_schema$/, "");
const OPTIONS = [...Object.keys(HeadShape.shape).map(optionOf), "run"];

/**
 * Reads a definition in TypeScript: a process with limits on time and memory bundles it and tells its name, phases and
 * args. `path` is relative to the absolute folder `project`; `source` stands for what the file there holds. Faults name the author's line; the author's code never
 * makes this throw.
 */
export async function loadCodeDefinition(
  project: string,
  path: string,
  { timeout_ms = TIMEOUT_MS, source }: { timeout_ms?: number; source?: string } = {},
): Promise<LoadedCode> {
  // Stack traces name real paths.
  const root = await realpath(project);
  const file = join(root, path);
  let bundled: string[] | null = null;
  const answer = await ask(
    { do: "load", file, root, ...(source === undefined ? {} : { source }) },
    timeout_ms,
    (told) => {
      bundled = told.bundled;
    },
  );
  const complete = bundled !== null;
  if (typeof answer === "string") {
    const fault = { file: path, line: 1, column: 1, message: answer, path: "", expected: null };
    return { ok: false, faults: [fault], files: bundled ?? [file], complete };
  }
  const { files } = answer;
  const read = answer.ok ? compileDescription(answer) : answer.faults;
  if (!Array.isArray(read)) return { ok: true, definition: read, files, complete };
  const faults = await Promise.all(read.map((fault) => locate(fault, root, { file, source })));
  return { ok: false, faults, files, complete };
}

/** Checks the description from the author's process by the shapes of YAML, like any other input. */
function compileDescription({
  description,
  bundle,
  place,
}: LoadAnswer & { ok: true }): CompiledDefinition | CodeFault[] {
  const lossy = storageFault(description);
  if (lossy) return [{ ...place, message: `what defineWorkflow is given ${lossy}` }];
  const faults: CodeFault[] = [];
  const source = plainSource(description, (path, message, at = {}) => {
    const [first, ...rest] = at.key === undefined ? path : [...path, at.key];
    if (first === undefined) return void faults.push({ ...place, message, expected: at.expected });
    const option = optionOf(first);
    const whole = formatPath([option, ...rest]);
    faults.push({
      ...place,
      message: `${whole}: ${message}`,
      option,
      path: whole,
      expected: at.expected,
    });
  });
  const shaped = parseShape(HeadShape, description, [], source.report, (key) => unknownKey(key, OPTIONS));
  if (!shaped) return faults;
  const { output_schema, ...head } = shaped;
  const { env, secrets, shell, ...definition } = compileHead(head, source);
  if (faults.length > 0) return faults;
  return {
    ...definition,
    ...(Object.keys(env).length > 0 ? { env } : {}),
    ...(secrets.length > 0 ? { secrets } : {}),
    ...(shell ? { shell } : {}),
    ...(output_schema ? { output_schema } : {}),
    steps: [],
    code: bundle,
  };
}

async function locate(
  { message, option, path = option ?? "", expected = null, ...place }: CodeFault,
  root: string,
  given: { file: string; source: string | undefined },
): Promise<DefinitionFault> {
  const at = option ? await placeOf(option, place, given) : place;
  return { ...at, file: relative(root, place.file), message, path, expected };
}

async function placeOf(
  option: string,
  call: CodePlace,
  given: { file: string; source: string | undefined },
): Promise<CodePlace> {
  const own = call.file === given.file ? given.source : undefined;
  const source = own ?? (await readFile(call.file, "utf8").catch(() => ""));
  return { ...call, ...placeOfOption(source, call, option) };
}

/** Asks a new host process; gives its answer, or why there is none. */
async function ask(
  request: LoadRequest,
  timeout_ms: number,
  onBundled: (told: BundledFiles) => void,
): Promise<LoadAnswer | string> {
  const { program, args, cwd, env } = await inItsBox(request.root);
  const child = spawn(program, args, {
    cwd,
    env: env as NodeJS.ProcessEnv,
    stdio: ["ignore", "ignore", "pipe", "ipc"],
    windowsHide: true,
  });
  let stderr = "";
  child.stderr?.on("data", (bytes: Buffer) => {
    stderr = (stderr + bytes.toString("utf8")).slice(-MAX_STDERR);
  });
  const timer = setTimeout(() => child.kill("SIGKILL"), timeout_ms);
  try {
    return await answerOf(child, request, onBundled, () => {
      if (stderr.includes("heap out of memory")) return "needed too much memory to load";
      if (child.signalCode === "SIGKILL") return `did not load within ${timeout_ms / 1000} s`;
      return `ended the process while it was loaded (${child.signalCode ?? `exit code ${child.exitCode}`})`;
    });
  } finally {
    clearTimeout(timer);
    child.kill("SIGKILL");
  }
}

/** The program that loads a definition, where it can read its project and nothing else. */
async function inItsBox(root: string): Promise<Program> {
  const box = await findBox();
  const { PATH = "", HOME = "" } = process.env;
  const given = {
    program: process.execPath,
    args: codeHost(MEMORY_MB),
    cwd: root,
    // No other variables of the server, and no debugger's port.
    env: { PATH, HOME: box.kind === "none" ? HOME : "/tmp", TZ: "UTC", NODE_ENV: "production" },
  };
  const records = join(root, EXECUTIONS);
  return confine(box, given, {
    writable: [],
    readable: [root, ...ownPrograms()],
    hidden: (await stat(records).catch(() => null))?.isDirectory() ? [records] : [],
    ...(box.kind === "bubblewrap" ? { network: "none" } : {}),
    ...(process.getuid?.() === 0 && box.kind !== "none" ? { user: readerOf(root) } : {}),
    tied: true,
  });
}

function answerOf(
  child: ChildProcess,
  request: LoadRequest,
  onBundled: (told: BundledFiles) => void,
  whyNone: () => string,
): Promise<LoadAnswer | string> {
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.on("message", (told) => {
      if ("bundled" in (told as object)) onBundled(told as BundledFiles);
      else resolve(told as LoadAnswer);
    });
    child.once("exit", () => resolve(whyNone()));
    child.send(request);
  });
}
