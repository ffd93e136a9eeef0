"use client";

import { ButtonLink } from "../../../components/button-link";
import { Section } from "../../../components/section";
import { useProject } from "../../projects/ui/project-provider";
import { AuditView } from "./audit-view";

/** The record of the project that is open. */
export function ProjectAudit() {
  return <AuditView projectId={useProject().id} />;
}

/** In the settings of a project: where its owners find the record. */
export function AuditSettings() {
  const project = useProject();
  if (!project.may("audit:read")) return null;
  return (
    <Section
      title="Audit record"
      description="Who changed what in this project, by which token, and from where."
    >
      <div className="flex items-center justify-between gap-3 px-4 py-3">
        <p className="text-list text-muted">It cannot be changed, and outlives the project.</p>
        <ButtonLink href={`/p/${project.slug}/settings/audit`}>Open the record</ButtonLink>
      </div>
    </Section>
  );
}
