import type { Metadata } from "next";
import { AuditView } from "../../../../features/audit/ui/audit-view";

export const metadata: Metadata = { title: "Audit record · Administration" };

export default function AdminAuditPage() {
  return <AuditView />;
}
