import type { Metadata } from "next";
import { Sections } from "../../../../components/section";
import { InstallationRetention } from "../../../../features/retention/ui/installation-retention";

export const metadata: Metadata = { title: "Storage · Administration" };

export default function AdminStoragePage() {
  return (
    <Sections>
      <InstallationRetention />
    </Sections>
  );
}
