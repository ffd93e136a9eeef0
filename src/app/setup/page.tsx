import type { Metadata } from "next";
import { pageCaller } from "../../api/page-caller";
import { ButtonLink } from "../../components/button-link";
import { PlainPage } from "../../components/frame/plain-page";
import { SetUpForm } from "../../features/users/ui/set-up-form";
import { isSetUpLink } from "../../trpc/server";

export const metadata: Metadata = { title: "Set up", referrer: "no-referrer" };

export default async function SetUpPage({ searchParams }: PageProps<"/setup">) {
  const { token } = await searchParams;
  const api = await pageCaller();
  if (await api.users.isSetUp()) {
    return (
      <PlainPage
        title="This link has been used"
        intro="A set-up link makes the first account and works once. Sign in with that account, or ask whoever runs the server to make one for you."
      >
        <ButtonLink variant="primary" href="/signin" className="w-full">
          Sign in
        </ButtonLink>
      </PlainPage>
    );
  }
  if (typeof token !== "string" || !isSetUpLink(token)) {
    return (
      <PlainPage
        title="This is not the set-up link"
        intro="The server printed it when it started. Copy the whole link from there, with the token at its end."
      />
    );
  }
  return (
    <PlainPage
      title="Make the first account"
      intro="It runs this installation and can add others to its projects."
    >
      <SetUpForm token={token} />
    </PlainPage>
  );
}
