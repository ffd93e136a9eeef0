import type { Caller } from "../../../auth/scope";
import { AppError } from "../../../lib/errors";
import { seal } from "../../../lib/seal";
import { isReport } from "../limits";
import { readArtifact } from "../open-artifact";
import type { ReportLink } from "../schema";

/** What a link's key is derived for. */
export const PURPOSE = "phaseboard report link";
const LIFE_MS = 60 * 60 * 1000;

/** What a link says, sealed so that it cannot be read or changed. */
export interface SealedLink {
  artifact_id: string;
  /** In whose name it reads; their rights are asked again with each file. */
  user_id: string;
  /** Milliseconds since the epoch. */
  until: number;
}

/**
 * A link that shows a page in HTML with its pictures, styles and scripts. The page has no origin, so no cookie comes along
 * with what it asks for: the link itself says who may read. Throws CONFLICT for anything but HTML.
 */
export async function linkReport(
  caller: Caller & { secret: string },
  { id }: { id: string },
): Promise<ReportLink> {
  const { artifact, check } = await readArtifact(caller, id);
  if (!isReport(artifact)) throw new AppError("CONFLICT", "Only an artifact in HTML is shown as a page.");
  await check();
  const until = Date.now() + LIFE_MS;
  const link: SealedLink = { artifact_id: id, user_id: caller.actor.user_id, until };
  const sealed = seal(caller.secret, PURPOSE, JSON.stringify(link)).toString("base64url");
  return {
    url: `/api/reports/${sealed}/${pathOf(artifact.name)}`,
    expires_at: new Date(until).toISOString(),
  };
}

/** The name as a path below which the page's own addresses lead to its neighbours; one segment where that cannot be. */
function pathOf(name: string): string {
  const segments = name.split("/");
  const isPlain = segments.every((segment) => !/^\.{0,2}$/.test(segment));
  return isPlain ? segments.map(encodeURIComponent).join("/") : encodeURIComponent(name);
}
