// What the floor's Node has passed, on the newest of later majors: a start, the sample's run, and the unit tests. Their
// programs come from npm into a temporary folder, since a project has one Node among its dependencies or none. It begins
// once one of the files that are named as arguments is there.
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";

const MAJORS = [22, 24];
const READY_MS = 180_000;
const RUN_MS = 120_000;
const STOP_MS = 30_000;
/** As the tests have built it: `src/cli/bin.mjs` would build all of it anew for another Node. */
const BIN = "dist/main.js";
const ACCOUNT = { email: "ada@example.com", password: "correct horse battery" };

const begins = process.argv.slice(2);
while (begins.length > 0 && !begins.some((file) => existsSync(file))) await sleep(1_000);

// Beside each other, since each waits for its packages and its processes.
const outcomes = await Promise.all(MAJORS.map(prove));
for (const { said } of outcomes) process.stdout.write(said);
process.exitCode = outcomes.every(({ ok }) => ok) ? 0 : 1;

/** What was found with this major, told only once all of it is there. */
async function prove(major) {
  const folder = mkdtempSync(join(tmpdir(), `phaseboard-node-${major}-`));
  let said = "";
  const tell = (text) => (said += text);
  try {
    const node = await install(major, folder, tell);
    await proveStart(node, join(folder, "data"), tell);
    await testUnits(node, major, tell);
    return { ok: true, said };
  } catch (error) {
    return { ok: false, said: `${said}Node ${major}: ${error.message}\n` };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Runs a program to its end, and gives its exit status. */
async function run(program, words, tell, options = {}) {
  const child = spawn(program, words, { ...options, stdio: ["ignore", "pipe", "pipe"] });
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding("utf8").on("data", tell);
  const [status] = await once(child, "close");
  return status;
}

/** The path of the program. The package's install script fetches it, so it has to run. */
async function install(major, folder, tell) {
  const words = ["install", "--prefix", folder, "--no-audit", "--no-fund", "--ignore-scripts=false"];
  const status = await run("npm", [...words, `node@${major}`], tell, { cwd: folder });
  const node = join(folder, "node_modules", "node", "bin", "node");
  let version = "";
  await run(node, ["--version"], (text) => (version += text)).catch(() => {});
  if (status !== 0 || !version.startsWith(`v${major}.`)) throw new Error("it could not be installed");
  tell(`── Node ${version}`);
  return node;
}

/** Its Node is the one that steps find too. */
function environment(node, more = {}) {
  return { ...process.env, PATH: `${dirname(node)}${delimiter}${process.env.PATH}`, ...more };
}

async function proveStart(node, dataDir, tell) {
  const port = await freePort();
  const env = environment(node, {
    PORT: String(port),
    PHASEBOARD_DATA_DIR: dataDir,
    PHASEBOARD_ADMIN_EMAIL: ACCOUNT.email,
    PHASEBOARD_ADMIN_PASSWORD: ACCOUNT.password,
  });
  const server = spawn(node, [BIN, "start"], { env, stdio: ["ignore", "pipe", "pipe"] });
  const ended = once(server, "exit");
  let output = "";
  for (const stream of [server.stdout, server.stderr]) stream.on("data", (bytes) => (output += bytes));
  try {
    await until(READY_MS, () => {
      if (server.exitCode !== null) throw new Error(`phaseboard ended with ${server.exitCode}`);
      return output.includes("Phaseboard is ready");
    });
    await runSample(`http://127.0.0.1:${port}/api`, await makeToken(node, env), tell);
    server.kill("SIGTERM");
    await until(STOP_MS, () => server.exitCode !== null);
    if (server.exitCode !== 0) throw new Error(`phaseboard stopped with ${server.exitCode}`);
  } catch (error) {
    throw new Error(`${error.message}\n${output}`);
  } finally {
    // A supervisor that is killed takes its children along.
    if (server.exitCode === null) server.kill("SIGKILL");
    await ended;
  }
}

async function makeToken(node, env) {
  const words = [BIN, "token", "create", "--email", ACCOUNT.email, "--name", "CI"];
  const { stdout } = await promisify(execFile)(node, words, { env });
  return stdout.trim();
}

async function runSample(api, token, tell) {
  const ask = async (method, path) => {
    const response = await fetch(api + path, { method, headers: { authorization: `Bearer ${token}` } });
    const answer = await response.json();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${JSON.stringify(answer)}`);
    return answer.data;
  };
  const project = await ask("POST", "/projects/sample");
  const [definition] = await ask("GET", `/workflows?project_id=${project.id}`);
  const { id } = await ask("POST", `/workflows/${definition.id}/execute`);
  const ended = await until(RUN_MS, async () => {
    const now = await ask("GET", `/workflow-executions/${id}`);
    return ["completed", "failed", "cancelled"].includes(now.status) && now;
  });
  const steps = ended.steps.map((step) => `${step.step_id}: ${step.status}`).join(", ");
  if (ended.status !== "completed") throw new Error(`the sample's run is ${ended.status} (${steps})`);
  tell(`the sample's run is completed (${steps})\n`);
}

async function testUnits(node, major, tell) {
  const words = ["run", "--config", "src/test/vitest.config.ts", "--project", "unit", "--reporter=default"];
  const report = ["--reporter=json", `--outputFile.json=test-results/reports/unit-node-${major}.json`];
  const vitest = ["node_modules/vitest/vitest.mjs", ...words, ...report];
  const status = await run(node, vitest, tell, { env: environment(node) });
  if (status !== 0) throw new Error("unit tests failed");
}

/** What `ask` gives once it is something. */
async function until(ms, ask) {
  const end = performance.now() + ms;
  for (;;) {
    const found = await ask();
    if (found) return found;
    if (performance.now() > end) throw new Error(`nothing in ${ms} ms`);
    await sleep(200);
  }
}

function freePort() {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });
}
