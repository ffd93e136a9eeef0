import { execFile } from "node:child_process";
import { mkdir, mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { ownEnvironment, starterPath, systemEnvironment } from "./environment";

const GUARDED = {
  DATABASE_URL: "postgres://u:secret@h/d",
  NEXTAUTH_SECRET: "secret",
  PHASEBOARD_ADMIN_PASSWORD: "secret",
  PHASEBOARD_S3_SECRET_ACCESS_KEY: "secret",
  PGPASSWORD: "secret",
  AWS_SECRET_ACCESS_KEY: "secret",
  GITHUB_TOKEN: "secret",
};

describe("what a process of ours gets of the environment", () => {
  const env = {
    ...GUARDED,
    NODE_ENV: "production" as const,
    PATH: "/bin",
    LC_ALL: "C",
    https_proxy: "http://proxy",
    NODE_EXTRA_CA_CERTS: "/ca.pem",
    PHASEBOARD_DATA_DIR: "/data",
    SSH_AUTH_SOCK: "/agent",
    npm_config_user_agent: "npm",
  };

  it("is the machine's alone for the database", () => {
    expect(systemEnvironment(env)).toEqual({ PATH: "/bin", LC_ALL: "C" });
  });

  it("is also its settings, and what is passed on, for web and workers; never what guards something", () => {
    const given = ownEnvironment(["SSH_AUTH_SOCK"], env);
    expect(Object.values(given)).not.toContain("secret");
    expect(given).toMatchObject({
      https_proxy: "http://proxy",
      NODE_EXTRA_CA_CERTS: "/ca.pem",
      PHASEBOARD_DATA_DIR: "/data",
      SSH_AUTH_SOCK: "/agent",
    });
    expect(given).not.toHaveProperty("npm_config_user_agent");
    expect(ownEnvironment([], env)).not.toHaveProperty("SSH_AUTH_SOCK");
  });
});

describe("the PATH of who started us", () => {
  it("is what stood there before npm put its folders in front", async () => {
    const folder = join(await mkdtemp(join(tmpdir(), "phaseboard-path-")), "node_modules", "inner");
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, "tell.cjs"), "console.log(JSON.stringify(process.env))");
    const script = { name: "x", version: "1.0.0", scripts: { tell: `"${process.execPath}" tell.cjs` } };
    await writeFile(join(folder, "package.json"), JSON.stringify(script));
    const PATH = (process.env.PATH ?? "")
      .split(delimiter)
      .filter((entry) => !entry.includes("node_modules") && !entry.includes("node-gyp-bin"))
      .join(delimiter);
    const { stdout } = await promisify(execFile)("npm", ["run", "--silent", "tell"], {
      cwd: folder,
      env: { ...process.env, PATH },
    });
    const env = JSON.parse(stdout) as NodeJS.ProcessEnv;
    expect(env.PATH).toContain(join("node_modules", ".bin"));
    expect(starterPath(env, delimiter)).toBe(PATH);
  });

  it("is left alone where no such program started us, and behind the first folder that is not theirs", () => {
    const own = "/home/ada/site/node_modules/.bin:/usr/bin";
    expect(starterPath({ NODE_ENV: "test", PATH: own }, ":")).toBe(own);
    const PATH = "/p/node_modules/.bin:/q/node-gyp-bin:/usr/bin:/home/ada/node_modules/.bin";
    const env = { NODE_ENV: "test" as const, PATH, npm_execpath: "/npm" };
    expect(starterPath(env, ":")).toBe("/usr/bin:/home/ada/node_modules/.bin");
  });
});
