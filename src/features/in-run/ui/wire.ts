import type { Outputs } from "../../../trpc/react";

/** A run as its page has it, with all that is in it. */
export type WireRun = Outputs["runs"]["get"];
/** A run as lists have it. */
export type WireListedRun = Outputs["runs"]["list"]["items"][number];
export type WireStep = WireRun["steps"][number];
export type WireArtifact = WireRun["artifacts"][number];
export type WireComment = WireRun["comments"][number];
export type WireAttempt = Outputs["steps"]["get"]["attempts"][number];
export type WireDecision = Outputs["steps"]["get"]["decisions"][number];
