import type { Metadata } from "next";
import { pageCaller } from "../../api/page-caller";
import { ButtonLink } from "../../components/button";
import { PlainPage } from "../../components/frame/plain-page";
import { JoinForm } from "../../features/users/ui/join-form";
import { withMarks } from "../../lib/marks";

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
  const invited = link.kind === "invitation";
  return (
    <PlainPage
      title={invited ? "You are invited" : "Set a new password"}
      intro={
        invited ? "Choose a password, and you are in." : <>This is the account of {withMarks(link.name)}.</>
      }
    >
      <JoinForm token={token} link={link} />
    </PlainPage>
  );
}
