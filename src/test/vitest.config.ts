import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";
import { LongestFirst } from "./longest-first";

const root = fileURLToPath(new URL("../..", import.meta.url));
const exclude = ["**/node_modules/**", "**/dist/**", "**/.next/**", "src/features/new-project/sample/**"];

/** A wait ends when it is over; so long it goes on where the machine is slow. */
const PATIENCE = { testTimeout: 300_000, hookTimeout: 300_000, expect: { poll: { timeout: 30_000 } } };
/** Loading the modules anew for each file took longer than many a file. */
const SHARED = {
  pool: "forks" as const,
  isolate: false,
  // Two more than two cores: most of these wait for processes and clocks more than they compute.
  maxWorkers: 4,
  setupFiles: ["src/test/own-file.ts"],
};

/** Of the box there are tests of its own; the others hold with `PHASEBOARD_SANDBOX=auto` too. */
const BOX = { PHASEBOARD_SANDBOX: process.env.PHASEBOARD_SANDBOX ?? "off" };

/** What another version of the server could answer in another way: on the one that TEST_DATABASE_URL names, if it does. */
const ON_EXTERNAL = process.env.TEST_DATABASE_URL
  ? [
      "src/db/!(embedded).int.test.ts",
      "src/{queue,events,storage}/**/*.int.test.ts",
      "src/worker/claims/{store,kept-entries,turns,concurrency}.int.test.ts",
      "src/features/{runs,triggers,comments,inbox,projects}/**/*.int.test.ts",
      "src/cli/external-database.int.test.ts",
    ]
  : [];
/** Real processes race on a busy machine. A second try there is printed as such; a desk has none. */
const retry = process.env.CI ? 1 : 0;

const integration = (name: string, include: string[], excluded: string[]) => ({
  root,
  test: {
    ...PATIENCE,
    ...SHARED,
    name,
    include,
    exclude: [...exclude, ...excluded],
    retry,
    globalSetup: "src/test/global-setup.ts",
    env: { PHASEBOARD_LOG_LEVEL: "silent", ...BOX },
  },
});

export default defineConfig({
  root,
  test: {
    sequence: { sequencer: LongestFirst },
    projects: [
      {
        root,
        test: {
          ...PATIENCE,
          ...SHARED,
          name: "unit",
          env: BOX,
          include: ["src/**/*.test.{ts,tsx}"],
          exclude: [...exclude, "src/**/*.int.test.ts"],
        },
      },
      integration("integration", ["src/**/*.int.test.ts"], ON_EXTERNAL),
      ...(ON_EXTERNAL.length > 0 ? [integration("external", ON_EXTERNAL, [])] : []),
    ],
  },
});
