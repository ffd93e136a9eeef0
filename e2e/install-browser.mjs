// Finds a Chromium for the end-to-end tests; run as a program, it installs one if there is none.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { chromium } from "@playwright/test";

/** A shell without a window of its own first, as Playwright's own is: a whole browser takes three times as long. */
const PLACES = [
  "/usr/bin/chromium-headless-shell",
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
];

/** The path of a Chromium on this system; undefined means Playwright's own. */
export function findChromium() {
  const named = process.env.PLAYWRIGHT_CHROMIUM;
  if (named) {
    if (existsSync(named)) return named;
    throw new Error(`PLAYWRIGHT_CHROMIUM is ${named}, and there is no such file`);
  }
  return PLACES.find((place) => existsSync(place));
}

/** The path of a Firefox on this system, for the test in a second engine; undefined where there is none. */
export function findFirefox() {
  return [process.env.FIREFOX, "/usr/bin/firefox-esr", "/usr/bin/firefox"].find(
    (place) => place && existsSync(place),
  );
}

function install() {
  const hasChromium = () => Boolean(findChromium()) || existsSync(chromium.executablePath());
  if (process.getuid?.() === 0 && existsSync("/etc/debian_version") && !(hasChromium() && findFirefox())) {
    const apt = { stdio: "inherit", env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" } };
    spawnSync("apt-get", ["update"], apt);
    const packages = ["chromium-headless-shell", "firefox-esr", "fonts-liberation"];
    spawnSync("apt-get", ["install", "-y", "--no-install-recommends", ...packages], apt);
  }
  if (hasChromium()) return true;
  const program = fileURLToPath(new URL("../node_modules/.bin/playwright", import.meta.url));
  return spawnSync(program, ["install", "chromium"], { stdio: "inherit" }).status === 0;
}

if (process.argv[1] === fileURLToPath(import.meta.url) && !install()) {
  process.stderr.write(
    "No Chromium could be installed. Install one and set PLAYWRIGHT_CHROMIUM to its path.\n",
  );
  process.exitCode = 1;
}
