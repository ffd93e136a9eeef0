"use client";

import { useProject } from "../../projects/ui/project-provider";
import { AuditView } from "./audit-view";

/** The record of the project that is open. */
export function ProjectAudit() {
  return <AuditView projectId={useProject().id} />;
}
