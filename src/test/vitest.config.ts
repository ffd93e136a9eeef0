import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const root = fileURLToPath(new URL("../..", import.meta.url));
const exclude = ["**/node_modules/**", "**/dist/**", "**/.next/**", "src/features/projects/sample/**"];

/** A wait ends when it is over; so long it goes on where the machine is slow. */
const PATIENCE = { testTimeout: 120_000, hookTimeout: 120_000, expect: { poll: { timeout: 30_000 } } };

/** They bring their own server or need none, so they run once, beside the embedded one. */
const WITHOUT_SERVER = [
  "src/chaos/*.int.test.ts",
  "src/cli/supervisor.int.test.ts",
  "src/cli/types.int.test.ts",
  "src/client/packed-client.int.test.ts",
  "src/db/embedded.int.test.ts",
  "src/engine/code/load-code.int.test.ts",
  "src/worker/code-processes.int.test.ts",
  "src/worker/outage.int.test.ts",
  "src/worker/waiting.int.test.ts",
];

export default defineConfig({
  root,
  test: {
    projects: [
      {
        root,
        test: {
          ...PATIENCE,
          name: "unit",
          include: ["src/**/*.test.{ts,tsx}"],
          exclude: [...exclude, "src/**/*.int.test.ts"],
        },
      },
      {
        root,
        test: {
          ...PATIENCE,
          name: "integration",
          include: ["src/**/*.int.test.ts"],
          exclude: process.env.TEST_DATABASE_URL ? [...exclude, ...WITHOUT_SERVER] : exclude,
          globalSetup: "src/test/global-setup.ts",
          maxWorkers: 2,
          env: { PHASEBOARD_LOG_LEVEL: "silent" },
        },
      },
    ],
  },
});
