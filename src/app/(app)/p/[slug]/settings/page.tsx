import type { Metadata } from "next";
import { Sections } from "../../../../../components/section";
import { AgentSettings } from "../../../../../features/agents/ui/agent-settings";
import { AuditSettings } from "../../../../../features/audit/ui/project-audit";
import { LabelSettings } from "../../../../../features/labels/ui/label-settings";
import { MemberSettings } from "../../../../../features/members/ui/member-settings";
import { ExportSettings } from "../../../../../features/moving/ui/export-settings";
import { DangerZone } from "../../../../../features/projects/ui/danger-zone";
import { DiskSettings } from "../../../../../features/projects/ui/disk-settings";
import { GeneralSettings } from "../../../../../features/projects/ui/general-settings";
import { GitSettings } from "../../../../../features/projects/ui/git-settings";
import { SizeSettings } from "../../../../../features/projects/ui/size-settings";
import { ProjectRetention } from "../../../../../features/retention/ui/project-retention";
import { RoomSettings } from "../../../../../features/room/ui/room-settings";
import { SecretSettings } from "../../../../../features/secrets/ui/secret-settings";
import { MachineSettings } from "../../../../../features/tokens/ui/machine-settings";

export const metadata: Metadata = { title: "Settings" };

export default function SettingsPage() {
  return (
    <Sections>
      <h1 className="sr-only">Settings</h1>
      <GeneralSettings />
      <MemberSettings />
      <MachineSettings />
      <LabelSettings />
      <AgentSettings />
      <SecretSettings />
      <GitSettings />
      <DiskSettings />
      <SizeSettings />
      <ProjectRetention />
      <RoomSettings />
      <AuditSettings />
      <ExportSettings />
      <DangerZone />
    </Sections>
  );
}
