import type { Metadata } from "next";
import { ProjectAudit } from "../../../../../../features/audit/ui/project-audit";

export const metadata: Metadata = { title: "Audit record · Settings" };

export default function ProjectAuditPage() {
  return (
    <>
      <h1 className="sr-only">Audit record</h1>
      <ProjectAudit />
    </>
  );
}
