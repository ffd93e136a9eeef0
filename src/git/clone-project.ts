import { GitFailed, git } from "./git";

/** Milliseconds for the clone of a new project, for which a person waits. */
const CLONE_MS = 10 * 60_000;
/** What an address may begin with. Others could name files of the server, or programs to run. */
const PROTOCOLS = ["https", "http", "ssh", "git"];
/** As in git@example.com:team/site.git, which is ssh too. */
const SCP_LIKE = /^[\w.-]+@[\w.-]+:(?!\/\/)[^\0]+$/;

/** Why git cannot clone from this address, in words for people; null where it may be tried. */
export function addressFault(url: string): string | null {
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(url)?.[1]?.toLowerCase();
  if (scheme === undefined ? SCP_LIKE.test(url) : PROTOCOLS.includes(scheme)) return null;
  return "must be an address such as https://example.com/team/site.git or git@example.com:team/site.git";
}

/** Clones a repository with its whole history into the empty folder. Gives what git refused; null where all went well. */
export async function cloneProject(url: string, folder: string): Promise<string | null> {
  const call = {
    cwd: folder,
    env: { GIT_ALLOW_PROTOCOL: PROTOCOLS.join(":") },
    asServer: true,
    timeout_ms: CLONE_MS,
  };
  try {
    await git(["clone", "--quiet", "--template=", "--", url, "."], call);
    return null;
  } catch (error) {
    if (error instanceof GitFailed) return error.message;
    throw error;
  }
}
