import { findBase } from "../../../git/find-base";
import type { Credentials } from "../../../git/remote";

/** Milliseconds for which a remote's answer counts, since everybody who looks at a run asks. */
const FRESH_MS = 30_000;
const MOST = 200;

type Found = Awaited<ReturnType<typeof findBase>>;
const known = new Map<string, { at: number; found: Promise<Found> }>();

/** The newest commit of what a run began from; see `findBase`. `fresh`: asks the remote, whoever asked before. */
export function newestBase(
  project: string,
  wanted: string | null,
  credentials: Credentials | null,
  fresh: boolean,
): Promise<Found> {
  const key = JSON.stringify([project, wanted]);
  const kept = known.get(key);
  if (kept && !fresh && Date.now() - kept.at < FRESH_MS) return kept.found;
  const found = findBase(project, wanted, credentials);
  known.delete(key);
  known.set(key, { at: Date.now(), found });
  found.catch(() => known.delete(key));
  for (const oldest of known.keys()) if (known.size > MOST) known.delete(oldest);
  return found;
}
