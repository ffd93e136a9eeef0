import type { Metadata } from "next";
import { redirect } from "next/navigation";
import { PlainPage } from "../../components/frame/plain-page";
import { SignInForm } from "../../features/users/ui/sign-in-form";
import { currentActor } from "../../trpc/server";

export const metadata: Metadata = { title: "Sign in" };

export default async function SignInPage({ searchParams }: PageProps<"/signin">) {
  if (await currentActor()) redirect("/");
  const { callbackUrl } = await searchParams;
  return (
    <PlainPage title="Sign in">
      <SignInForm callbackUrl={typeof callbackUrl === "string" ? callbackUrl : null} />
    </PlainPage>
  );
}
