import type { Metadata } from "next";
import { Sections } from "../../../../../../components/section";
import { MemberSettings } from "../../../../../../features/members/ui/member-settings";
import { MachineSettings } from "../../../../../../features/tokens/ui/machine-settings";

export const metadata: Metadata = { title: "Members · Settings" };

export default function MembersPage() {
  return (
    <Sections>
      <h1 className="sr-only">Members settings</h1>
      <MemberSettings />
      <MachineSettings />
    </Sections>
  );
}
