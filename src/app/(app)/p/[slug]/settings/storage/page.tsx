import type { Metadata } from "next";
import { Sections } from "../../../../../../components/section";
import { DiskSettings } from "../../../../../../features/projects/ui/disk-settings";
import { SizeSettings } from "../../../../../../features/projects/ui/size-settings";
import { ProjectRetention } from "../../../../../../features/retention/ui/project-retention";
import { RoomSettings } from "../../../../../../features/room/ui/room-settings";

export const metadata: Metadata = { title: "Storage · Settings" };

export default function StoragePage() {
  return (
    <Sections>
      <h1 className="sr-only">Storage settings</h1>
      <DiskSettings />
      <SizeSettings />
      <ProjectRetention />
      <RoomSettings />
    </Sections>
  );
}
