import type { Metadata } from "next";
import { FrameContent } from "../../../components/frame/frame";
import { TopBar } from "../../../components/frame/top-bar";
import { Sections } from "../../../components/section";
import { SessionSettings } from "../../../features/sessions/ui/session-settings";
import { TokenSettings } from "../../../features/tokens/ui/token-settings";
import { PasswordSettings } from "../../../features/users/ui/password-settings";
import { ProfileSettings } from "../../../features/users/ui/profile-settings";

export const metadata: Metadata = { title: "Account" };

export default function AccountPage() {
  return (
    <>
      <TopBar title={<h1 className="font-medium">Account</h1>} />
      <FrameContent>
        <Sections>
          <ProfileSettings />
          <TokenSettings />
          <PasswordSettings />
          <SessionSettings />
        </Sections>
      </FrameContent>
    </>
  );
}
