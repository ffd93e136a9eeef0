import { defineConfig, devices } from "@playwright/test";
import { findChromium } from "./install-browser.mjs";

const executablePath = findChromium();
/** Chromium's sandbox does not work for root. */
const asRoot = process.getuid?.() === 0 ? ["--no-sandbox"] : [];

export default defineConfig({
  testDir: ".",
  outputDir: "../test-results/e2e",
  globalSetup: "./global-setup.ts",
  fullyParallel: false,
  // Two of them would leave the processor idle while they wait for runs.
  workers: 3,
  projects: [
    // The set-up link makes the first account, and no later one.
    { name: "first", testMatch: "01-*.spec.ts" },
    // It kills the database of all.
    { name: "alone", testMatch: "04-*.spec.ts", dependencies: ["first"] },
    // It kills the web process and the workers.
    { name: "killed", testMatch: "14-*.spec.ts", dependencies: ["alone"] },
    {
      name: "all",
      testIgnore: ["01-*.spec.ts", "04-*.spec.ts", "14-*.spec.ts"],
      dependencies: ["killed"],
    },
  ],
  // What passes at its second try is named at the end of the checks.
  retries: process.env.CI ? 1 : 0,
  timeout: 90_000,
  expect: { timeout: 15_000 },
  forbidOnly: Boolean(process.env.CI),
  reporter: [["list"], ["json", { outputFile: "../test-results/reports/e2e.json" }]],
  use: {
    ...devices["Desktop Chrome"],
    // So that an action that cannot be says what it waits for.
    actionTimeout: 30_000,
    baseURL: process.env.PHASEBOARD_E2E_URL ?? "",
    // Recording every test doubled the time of all of them.
    trace: "on-first-retry",
    screenshot: "only-on-failure",
    launchOptions: {
      ...(executablePath ? { executablePath } : {}),
      args: [
        ...asRoot,
        "--disable-gpu",
        "--disable-quic",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
      ],
    },
  },
});
