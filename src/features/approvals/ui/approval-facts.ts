import { PROJECT_ROLES, type ProjectRole } from "../../../model/roles";
import type { ApprovalRequest, Decision } from "../../../model/states";

type Approvers = ApprovalRequest["approvers"];

interface Decided {
  attempt: number;
  user_id: string | null;
  decision: Decision;
  /** The commit with the files that it holds for. */
  snapshot: string | null;
}

const ONE: Record<Approvers["role"], string> = {
  member: "a member",
  maintainer: "a maintainer or owner",
  owner: "an owner",
};
const SEVERAL: Record<Approvers["role"], string> = {
  member: "members",
  maintainer: "maintainers or owners",
  owner: "owners",
};

/** Who must approve, in words: "Needs 2 maintainers or owners, other than who started the run". */
export function whoIsAsked({ role, count, allow_self }: Approvers): string {
  const people = count === 1 ? ONE[role] : `${count} ${SEVERAL[role]}`;
  return `Needs ${people}${allow_self ? "" : ", other than who started the run"}`;
}

/** The decisions of this attempt that hold for the files as they are. */
const holding = ({ decisions, attempt, snapshot }: Asked) =>
  decisions.filter(
    (each) => each.attempt === attempt && (snapshot === undefined || each.snapshot === snapshot),
  );

/** The number of approvals that hold. */
export const approvalsOf = (asked: Asked) =>
  holding(asked).filter(({ decision }) => decision === "approve").length;

export interface Asked {
  approvers: Approvers;
  /** Who started the run. */
  started_by: string;
  /** Number of the attempt that waits. */
  attempt: number;
  /** The run's files as they are; absent: not known, and every decision of the attempt counts. */
  snapshot?: string | null;
  decisions: readonly Decided[];
}

interface Reader {
  /** Undefined until the reader's account is known. */
  user_id: string | undefined;
  role: ProjectRole;
}

const hasRank = (role: ProjectRole, least: Approvers["role"]) =>
  PROJECT_ROLES.indexOf(role) >= PROJECT_ROLES.indexOf(least);

/** Why this person cannot decide, in a few words; null if they may. The server decides in the end. */
export function refusalOf(asked: Asked, { user_id, role }: Reader): string | null {
  const { approvers, started_by } = asked;
  if (!hasRank(role, approvers.role)) return `Decided by ${SEVERAL[approvers.role]}`;
  if (user_id === undefined) return null;
  if (holding(asked).some((each) => each.user_id === user_id)) {
    return `You approved; ${approvers.count - approvalsOf(asked)} more needed`;
  }
  const own = !approvers.allow_self && user_id === started_by;
  return own ? "You started this run; somebody else decides" : null;
}

/** Names of project members who may decide and have not yet. */
export function couldDecide(
  asked: Asked,
  members: readonly { user_id: string; name: string; role: ProjectRole }[],
): string[] {
  return members
    .filter((member) => member.role !== "viewer" && refusalOf(asked, member) === null)
    .map((member) => member.name);
}
