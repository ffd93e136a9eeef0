import type { RunBox } from "../../box/run-box";
import { BoxRefusal } from "../../box/types";
import type { Claim, RunFacts, RunFiles } from "../../engine/run/ports";
import { GitFailed } from "../../git/git";
import { codeOf } from "../../lib/errors";
import type { GitCredentials } from "./make-files";
import { Place } from "./place";

export interface RunFilesOptions {
  /** Absolute folder below which runs have their folders. */
  workspaces: string;
  /** Absolute folder of what is kept between runs. */
  caches: string;
  process_key: string;
  /** The box of a run's processes. Throws `BoxRefusal`. */
  boxOf(run: RunFacts): RunBox;
  credentialsOf: GitCredentials;
  /** The signal of a claim: aborted once what it does has to end. */
  signalOf(claim: Claim): AbortSignal;
}

/** The files of runs on this machine. */
export function createRunFiles({
  workspaces,
  caches,
  process_key,
  boxOf,
  credentialsOf,
  signalOf,
}: RunFilesOptions): RunFiles {
  /** A claim's place goes with the claim. */
  const places = new WeakMap<Claim, Place>();
  const placeOf = (claim: Claim) => {
    const isOver = () => signalOf(claim).aborted;
    const place =
      places.get(claim) ?? new Place(claim, workspaces, caches, process_key, boxOf, credentialsOf, isOver);
    places.set(claim, place);
    return place;
  };
  return {
    prepare: (claim) => explained(() => placeOf(claim).prepare()),
    visit: (attempt, ...given) => explained(() => placeOf(attempt.claim).visit(attempt, ...given)),
  };
}

/** Makes what git and the file system refuse a refusal; other errors are faults of ours. */
async function explained<T>(work: () => Promise<T>): Promise<T | { refusal: string }> {
  try {
    return await work();
  } catch (error) {
    const why = reasonOf(error);
    if (why === null) throw error;
    return { refusal: `The run's folder could not be made: ${why}` };
  }
}

function reasonOf(error: unknown): string | null {
  if (error instanceof GitFailed || error instanceof BoxRefusal) return error.message;
  const code = codeOf(error);
  if (code === "ENOENT" && (error as { syscall?: string }).syscall?.startsWith("spawn"))
    return "git is not installed on this machine. Install it, or set workspace: shared";
  return code ? (error as Error).message : null;
}
