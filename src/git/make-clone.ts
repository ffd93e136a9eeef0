import { appendFile, copyFile, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { codeOf } from "../lib/errors";
import { type GitCall, git, NOBODY } from "./git";

export interface CloneFacts {
  /** The project's folder, absolute, and its `.git` folder. */
  project: string;
  keeper: string;
  /** The new folder. */
  files: string;
  commit: string;
  /** Name of the branch to make, without refs/heads/. */
  branch: string;
}

/**
 * Makes a clone of the project with the commit checked out on a new branch. It borrows the project's objects
 * (`objects/info/alternates`) and has all else to itself: index, refs, stash, config and hooks. The project's branches
 * stand under `origin`, which is the project's own remote where it has one.
 */
export async function makeClone({ project, keeper, files, commit, branch }: CloneFacts): Promise<void> {
  const from = { cwd: keeper, env: { GIT_DIR: keeper } };
  await mkdir(files, { recursive: true });
  const call = { cwd: files };
  const format = await git(["rev-parse", "--show-object-format"], from);
  await git(
    ["init", "--quiet", "--template=", `--object-format=${format}`, `--initial-branch=${branch}`],
    call,
  );
  const own = join(files, ".git");
  // As git's own template has them; people and tools write there.
  for (const name of ["hooks", "info"]) await mkdir(join(own, name), { recursive: true });
  await writeFile(join(own, "objects", "info", "alternates"), `${join(keeper, "objects")}\n`);
  // A shallow project has no commits before these, and its clone must not look for them.
  await copyFile(join(keeper, "shallow"), join(own, "shallow")).catch((error: unknown) => {
    if (codeOf(error) !== "ENOENT") throw error;
  });
  const [told, settings] = await Promise.all([
    git(["for-each-ref", "--format=%(objectname) %(refname)", "refs/heads", "refs/tags"], from),
    settingsOf(from),
  ]);
  const refs = told.split("\n").flatMap((line) => {
    const [object = "", name = ""] = [line.slice(0, line.indexOf(" ")), line.slice(line.indexOf(" ") + 1)];
    return name === "" ? [] : `create ${name.replace(/^refs\/heads\//, "refs/remotes/origin/")} ${object}\n`;
  });
  await git(["update-ref", "--stdin"], {
    ...call,
    input: `${refs.join("")}create refs/heads/${branch} ${commit}\n`,
  });
  await appendFile(join(own, "config"), configOf(settings.get("remote.origin.url") ?? project, settings));
  await git(["read-tree", "--reset", "-u", "HEAD"], call);
}

/** The project's settings by name. */
async function settingsOf(from: GitCall): Promise<Map<string, string>> {
  const told = await git(["config", "--list", "-z"], from);
  return new Map(
    told.split("\0").map((line) => {
      const end = line.indexOf("\n");
      return [line.slice(0, end), line.slice(end + 1)] as const;
    }),
  );
}

/** Who commits there is as in the project, so that a run's commits are those of its people. */
function configOf(url: string, settings: Map<string, string>): string {
  const text = (value: string) => JSON.stringify(value);
  return `[remote "origin"]
\turl = ${text(url)}
\tfetch = +refs/heads/*:refs/remotes/origin/*
[user]
\tname = ${text(settings.get("user.name") ?? NOBODY.NAME)}
\temail = ${text(settings.get("user.email") ?? NOBODY.EMAIL)}
`;
}
