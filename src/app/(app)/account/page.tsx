import type { Metadata } from "next";
import { FrameContent } from "../../../components/frame/frame";
import { TopBar } from "../../../components/frame/top-bar";
import { Sections } from "../../../components/section";
import { SessionSettings } from "../../../features/sessions/ui/session-settings";
import { TokenSettings } from "../../../features/tokens/ui/token-settings";
import { PasswordSettings } from "../../../features/users/ui/password-settings";
import { ProfileSettings } from "../../../features/users/ui/profile-settings";
import { IdentitySettings } from "../../../features/users/ui/sso/identity-settings";
import { readSettings } from "../../../lib/settings";

export const metadata: Metadata = { title: "Account" };

export default function AccountPage() {
  const { oidc, passwords } = readSettings();
  return (
    <>
      <TopBar title={<h1 className="font-medium">Account</h1>} />
      <FrameContent>
        <Sections>
          <ProfileSettings />
          <TokenSettings />
          {oidc ? <IdentitySettings provider={oidc.name} /> : null}
          {passwords ? <PasswordSettings /> : null}
          <SessionSettings />
        </Sections>
      </FrameContent>
    </>
  );
}
