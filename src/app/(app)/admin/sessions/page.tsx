import type { Metadata } from "next";
import { Sections } from "../../../../components/section";
import { SignInSettings } from "../../../../features/installation/ui/sign-in-settings";

export const metadata: Metadata = { title: "Sessions and tokens · Administration" };

export default function AdminSessionsPage() {
  return (
    <Sections>
      <SignInSettings />
    </Sections>
  );
}
