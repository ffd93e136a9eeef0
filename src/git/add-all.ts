import { type GitCall, GitFailed, git, gitVerdict, saysNoRoom } from "./git";
import { readModules } from "./submodules";

/** What git says of a path that it cannot take; it says so of a file twice. */
const REFUSED = /^(?:error: (?!unable to index file)|warning: (?=could not open directory))(.+)$/;
const EMBEDDED = /^warning: adding embedded git repository: (.+?)\/?$/;

/** Brings the index to what the folder holds, as far as git can. Gives what it cannot take, a line for each. */
export async function addAll(call: GitCall): Promise<string[]> {
  const words = ["-c", "advice.addEmbeddedRepo=false", "add", "--all", "--ignore-errors", "."];
  const { said } = await gitVerdict(words, call);
  // A full disk refuses any path, and takes it later.
  if (saysNoRoom(said)) throw new GitFailed(["add"], null, said);
  const lines = said.split("\n");
  const refused = lines.flatMap((line) => REFUSED.exec(line)?.[1] ?? []);
  const inside = lines.flatMap((line) => EMBEDDED.exec(line)?.[1] ?? []);
  if (inside.length === 0) return refused;
  const modules = await readModules(call);
  const listed = new Set(modules.lines.map((line) => line.slice(line.indexOf("\n") + 1)));
  // Of one that is no submodule a commit would have the name alone, by which nobody finds its files.
  const own = inside.filter((path) => !listed.has(path));
  if (own.length > 0) await git(["update-index", "--force-remove", "--", ...own], call);
  const why = modules.fault === null ? "" : ` (${modules.fault})`;
  return [...refused, ...own.map((path) => `${path} is a git repository of its own${why}`)];
}
