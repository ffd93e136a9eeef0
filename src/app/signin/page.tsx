import type { Metadata } from "next";
import { redirect } from "next/navigation";
import { signInProviderState } from "../../api/health";
import { FormError } from "../../components/form-error";
import { PlainPage } from "../../components/frame/plain-page";
import { ownPath } from "../../features/users/ui/callback-url";
import { SignInForm } from "../../features/users/ui/sign-in-form";
import { ProviderButton } from "../../features/users/ui/sso/provider-button";
import { ssoWords } from "../../features/users/ui/sso/sso-words";
import { readSettings } from "../../lib/settings";
import { currentActor } from "../../trpc/server";

export const metadata: Metadata = { title: "Sign in" };

export default async function SignInPage({ searchParams }: PageProps<"/signin">) {
  const { callbackUrl, sso } = await searchParams;
  // Who is signed in and was refused a link reads why.
  if (typeof sso !== "string" && (await currentActor())) redirect("/");
  const asked = typeof callbackUrl === "string" ? callbackUrl : null;
  const { oidc, passwords, url } = readSettings();
  const isDown = signInProviderState() === "down";
  return (
    <PlainPage title="Sign in">
      <div className="flex flex-col gap-4">
        <FormError message={typeof sso === "string" ? ssoWords(sso) : null} />
        {isDown && sso !== "down" ? (
          <p role="status" className="text-list text-pretty text-needs-you">
            {oidc?.name} does not answer at the moment.{" "}
            {passwords ? "You can sign in by your password." : "Try again in a moment."}
          </p>
        ) : null}
        {oidc ? (
          <ProviderButton
            label={`Sign in with ${oidc.name}`}
            callbackUrl={ownPath(asked, url)}
            variant={passwords ? "secondary" : "primary"}
          />
        ) : null}
        {oidc && passwords ? (
          <div className="flex items-center gap-3 text-meta text-faint">
            <span className="h-px flex-1 bg-line" />
            or by password
            <span className="h-px flex-1 bg-line" />
          </div>
        ) : null}
        {passwords ? <SignInForm callbackUrl={asked} /> : null}
      </div>
    </PlainPage>
  );
}
