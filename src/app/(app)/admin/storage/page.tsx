import type { Metadata } from "next";
import { Sections } from "../../../../components/section";
import { InstallationRetention } from "../../../../features/retention/ui/installation-retention";
import { DiskSection } from "../../../../features/room/ui/disk-section";
import { QuotaSection } from "../../../../features/room/ui/quota-section";

export const metadata: Metadata = { title: "Storage · Administration" };

export default function AdminStoragePage() {
  return (
    <Sections>
      <DiskSection />
      <QuotaSection />
      <InstallationRetention />
    </Sections>
  );
}
