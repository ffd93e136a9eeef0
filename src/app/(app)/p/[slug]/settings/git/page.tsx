import type { Metadata } from "next";
import { Sections } from "../../../../../../components/section";
import { GitSettings } from "../../../../../../features/projects/ui/git-settings";

export const metadata: Metadata = { title: "Git · Settings" };

export default function GitPage() {
  return (
    <Sections>
      <h1 className="sr-only">Git settings</h1>
      <GitSettings />
    </Sections>
  );
}
