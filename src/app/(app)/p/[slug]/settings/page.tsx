import type { Metadata } from "next";
import { Sections } from "../../../../../components/section";
import { ExportSettings } from "../../../../../features/moving/ui/export-settings";
import { DangerZone } from "../../../../../features/projects/ui/danger-zone";
import { GeneralSettings } from "../../../../../features/projects/ui/general-settings";

export const metadata: Metadata = { title: "General · Settings" };

export default function GeneralPage() {
  return (
    <Sections>
      <h1 className="sr-only">General settings</h1>
      <GeneralSettings />
      <ExportSettings />
      <DangerZone />
    </Sections>
  );
}
