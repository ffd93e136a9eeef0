import { spawnSync } from "node:child_process";
import { mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { packageRoot } from "../../lib/package-root";
import { writeDeclarations } from "./declarations";

const ROOT = packageRoot();

/** Compares what is packed with what tRPC infers of the router, in both directions. */
const CHECK = `
import type { inferRouterInputs, inferRouterOutputs } from "@trpc/server";
import type { AppRouter } from "${ROOT}/src/api/router";
import type { EventData, EventType } from "${ROOT}/src/events/catalog";
import type { PhaseboardError } from "${ROOT}/src/client/error";
import type * as packed from "./packed";

type Inputs = inferRouterInputs<AppRouter>;
type Inferred = inferRouterOutputs<AppRouter>;
type Record = AppRouter["_def"]["record"];
type OutputOf<R extends keyof Record, P extends keyof Record[R]> = Record[R][P] extends { _def: { type: "subscription" } }
  ? P extends keyof Inferred[R] ? Streamed<Inferred[R][P]> : never
  // As the schema has it: tRPC calls a field optional whose type is unknown.
  : Record[R][P] extends { _def: { $types: { output: infer O } } } ? O : never;
type Client = Omit<packed.PhaseboardClient, "upload" | "download">;

type Same<Ours, Theirs> = [Ours] extends [Theirs]
  ? [Theirs] extends [Ours] ? true : { lacks: Theirs }
  : { has: Ours; where: Theirs };

type Call<C> = C extends { query(input: infer I): Promise<infer O> } ? [I, O]
  : C extends { mutate(input: infer I): Promise<infer O> } ? [I, O]
  : C extends packed.Subscription<infer I, infer O> ? [I, O]
  : never;

// What the server coerces it takes as unknown; the client says what it should be.
type Filled<Theirs, Ours> = { [K in keyof Theirs]: unknown extends Theirs[K] ? (K extends keyof Ours ? Ours[K] : never) : Theirs[K] };
type Given<T> = Exclude<T, void | undefined>;
type SameInput<Ours, Theirs> = [Given<Ours>] extends [never]
  ? [Given<Theirs>] extends [never] ? true : {} extends Given<Theirs> ? true : { lacks: Theirs }
  : Same<Given<Ours>, Filled<Given<Theirs>, Given<Ours>>>;

type Event<T> = T extends { type: string } ? T : T extends { data: infer D } ? D : T;
type Streamed<T> = T extends AsyncIterable<infer Item, infer _Return, infer _Next> ? Event<Item> : T;

type Verdict<R extends keyof Inputs, P extends keyof Inputs[R]> = R extends keyof Client
  ? P extends keyof Client[R]
    ? [SameInput<Call<Client[R][P]>[0], Inputs[R][P]>, Same<Call<Client[R][P]>[1], OutputOf<R, P>>]
    : "is not packed"
  : "is not packed";
type Report = { [R in keyof Inputs]: { [P in keyof Inputs[R]]: Verdict<R, P> } };
type Good<T> = { [R in keyof T]: { [P in keyof T[R]]: [true, true] } };

export const router = (report: Report): Good<Report> => report;
export const known = (name: keyof Client): keyof Inputs => name;
export const calls = (client: Client): { [R in keyof Client]: { [P in keyof Client[R]]: P extends keyof Inputs[R] ? unknown : never } } => client;
export const events: Same<packed.ProjectEventData, { [T in EventType]: EventData<T> }> = true;
export const error: Same<packed.PhaseboardError, PhaseboardError> = true;
`;

/** Mistakes that the comparison must find. */
const CHANGES: [what: string, from: RegExp | string, to: string][] = [
  ["an output", /(interface Run \{[^}]*?)priority: number;/, "$1priority: string;"],
  ["an input", /(interface CreateRunInput \{[^}]*?)priority\?: number;/, "$1priority: number;"],
  ["an event", '"workflow.step.progress": {', '"workflow.step.progress": { extra: string;'],
  ["a procedure too few", /readonly isSetUp: .*\n/, ""],
  ["a procedure too many", /readonly isSetUp: /, "readonly isNot: Query<void, boolean>;\n$&"],
];

describe("the packed types", () => {
  let folder: string;
  let declarations: string;
  let faults: string;

  /** One compilation for all variants, since most of its time is spent on the router. */
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "phaseboard-packed-"));
    declarations = await writeDeclarations("1.2.3");
    await symlink(join(ROOT, "node_modules"), join(folder, "node_modules"));
    const variants = [declarations, ...CHANGES.map(([, from, to]) => declarations.replace(from, to))];
    for (const [index, text] of variants.entries()) {
      await writeFile(join(folder, `packed-${index}.d.ts`), text);
      await writeFile(join(folder, `check-${index}.ts`), CHECK.replace("./packed", `./packed-${index}`));
    }
    const config = {
      extends: join(ROOT, "tsconfig.json"),
      compilerOptions: { incremental: false, plugins: [] },
      files: variants.map((_, index) => `check-${index}.ts`),
      include: [],
    };
    await writeFile(join(folder, "tsconfig.json"), JSON.stringify(config));
    const tsc = join(ROOT, "node_modules", "typescript", "bin", "tsc");
    faults = spawnSync(process.execPath, [tsc, "-p", folder, "--pretty", "false"], {
      cwd: folder,
      encoding: "utf8",
    }).stdout;
  }, 180_000);

  afterAll(() => rm(folder, { recursive: true }));

  /** tsc's messages for one variant; lines that begin with spaces only explain the one before. */
  const faultsOf = (index: number) =>
    faults.split(/\n(?=\S)/).filter((fault) => fault.startsWith(`check-${index}.ts`));

  it("are the router's own, in both directions", () => {
    expect(faultsOf(0)).toEqual([]);
    expect(faults).not.toMatch(/^(?!check-[1-9])\S/m);
  });

  it.each(CHANGES.map(([what], index) => [what, index + 1] as const))(
    "are found out where they differ in %s",
    (_what, index) => {
      expect(faultsOf(index)).not.toEqual([]);
    },
  );

  it("name nothing of the server and import nothing", () => {
    expect(declarations).not.toMatch(/^\s*import\b|\bimport\(|\bfrom "|: any\b|zod|drizzle/m);
    expect(declarations).toContain("export interface Comment {");
    expect(declarations).toContain("/** Start a run */");
  });
});
