import { spawnSync } from "node:child_process";
import { mkdir, mkdtemp, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, it } from "vitest";
import { findBox } from "../box/find-box";
import { testDatabase } from "../test/database";
import { makeProject } from "../test/factories";
import { findLogin, signIn } from "./agent-login";

const database = testDatabase();
const hasBubblewrap = spawnSync("bwrap", ["--version"]).status === 0;
const before = process.env.PHASEBOARD_SANDBOX;
afterEach(() => {
  if (before === undefined) delete process.env.PHASEBOARD_SANDBOX;
  else process.env.PHASEBOARD_SANDBOX = before;
});

async function start(words: string[] = []) {
  const { project } = await makeProject(database.db);
  await mkdir(join(project.path, ".agent"), { recursive: true });
  const agents =
    'player:\n  command: sh\n  args: [-c, "echo $SIGN > $HOME/signed-in; exit 3"]\n  env: { SIGN: one }\n';
  await writeFile(join(project.path, ".agent", "agents.yaml"), agents);
  return { project, login: await findLogin(database.db, { project: project.slug, agent: "player", words }) };
}

it("finds what the agent signs in with, and says where there is none", async () => {
  const { project, login } = await start();
  expect(login).toMatchObject({ command: "sh", env: { SIGN: "one" }, project: { id: project.id } });
  const other = await findLogin(database.db, { project: project.id, agent: "player", words: ["cat", "-v"] });
  expect(other).toMatchObject({ command: "cat", args: ["-v"] });
  const find = (ref: string, agent: string) => findLogin(database.db, { project: ref, agent, words: [] });
  await expect(find("none", "player")).rejects.toThrow('no project "none"');
  await expect(find(project.id, "playr")).rejects.toThrow(/no agent "playr" .* player/);
  const missing = { ...login, command: "no-such-program" };
  await expect(signIn(missing, tmpdir(), false)).rejects.toThrow(/no-such-program.* -- <program>/);
});

it.runIf(hasBubblewrap)("signs in at the project's home, in its box", async () => {
  process.env.PHASEBOARD_SANDBOX = "auto";
  expect((await findBox()).kind).toBe("bubblewrap");
  const data = await mkdtemp(join(tmpdir(), "phaseboard-data-"));
  const { project, login } = await start();
  expect(await signIn(login, data, false)).toBe(3);
  expect(await readFile(join(data, "homes", project.id, "signed-in"), "utf8")).toBe("one\n");
  // At a terminal it has one of its own, here between pipes.
  const typed = await start(["sh", "-c", "test -t 0 && echo two > $HOME/signed-in"]);
  expect(await signIn(typed.login, data, true)).toBe(0);
  expect(await readFile(join(data, "homes", typed.project.id, "signed-in"), "utf8")).toBe("two\n");
});
