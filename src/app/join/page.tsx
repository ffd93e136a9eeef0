import type { Metadata } from "next";
import { pageCaller } from "../../api/page-caller";
import { ButtonLink } from "../../components/button-link";
import { PlainPage } from "../../components/frame/plain-page";
import { JoinForm } from "../../features/users/ui/join-form";
import { EnterButton } from "../../features/users/ui/sso/enter-button";
import { ProviderButton } from "../../features/users/ui/sso/provider-button";
import { withMarks } from "../../lib/marks";
import { readSettings } from "../../lib/settings";

export const metadata: Metadata = { title: "Come in", referrer: "no-referrer" };

/** Where invitations and reset links lead. */
export default async function JoinPage({ searchParams }: PageProps<"/join">) {
  const { token } = await searchParams;
  const api = await pageCaller();
  const link = typeof token === "string" ? await api.users.readLink({ token }).catch(() => null) : null;
  if (typeof token !== "string" || !link) {
    return (
      <PlainPage
        title="This link does not work any more"
        intro="It has been used, has ended, or is not whole. Ask an administrator for a new one, or sign in if you have a password."
      >
        <ButtonLink variant="primary" href="/signin" className="w-full">
          Sign in
        </ButtonLink>
      </PlainPage>
    );
  }
  const { oidc, passwords } = readSettings();
  if (link.kind === "enter") {
    return (
      <PlainPage title="Sign in" intro={<>This is the account of {withMarks(link.name)}.</>}>
        <EnterButton token={token} />
      </PlainPage>
    );
  }
  const invited = link.kind === "invitation";
  const account = <>This is the account of {withMarks(link.name)}.</>;
  return (
    <PlainPage
      title={invited ? "You are invited" : passwords ? "Set a new password" : "Sign in"}
      intro={invited ? "Choose how you sign in, and you are in." : account}
    >
      <div className="flex flex-col gap-4">
        {oidc ? (
          <ProviderButton
            label={`Come in with ${oidc.name}`}
            callbackUrl="/projects"
            purpose={{ link_token: token }}
            variant={passwords ? "secondary" : "primary"}
          />
        ) : null}
        {passwords ? (
          <JoinForm token={token} link={link} />
        ) : invited ? null : (
          <p className="text-meta text-pretty text-muted">
            Passwords are off here. If the provider is lost, whoever runs the server can make a link that
            signs in once: npx phaseboard user reset, with the settings of the server.
          </p>
        )}
      </div>
    </PlainPage>
  );
}
