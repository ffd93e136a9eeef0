import type { Metadata } from "next";
import { Sections } from "../../../../components/section";
import { GroupsSection } from "../../../../features/groups/ui/groups-section";

export const metadata: Metadata = { title: "Groups · Administration" };

export default function GroupsPage() {
  return (
    <Sections>
      <GroupsSection />
    </Sections>
  );
}
