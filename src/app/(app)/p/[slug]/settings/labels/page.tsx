import type { Metadata } from "next";
import { Sections } from "../../../../../../components/section";
import { LabelSettings } from "../../../../../../features/labels/ui/label-settings";

export const metadata: Metadata = { title: "Labels · Settings" };

export default function LabelsPage() {
  return (
    <Sections>
      <h1 className="sr-only">Labels settings</h1>
      <LabelSettings />
    </Sections>
  );
}
