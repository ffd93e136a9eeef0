"use client";

import { useRouter } from "next/navigation";
import { signIn } from "next-auth/react";
import { type FormEvent, useState } from "react";
import { Button } from "../../../components/button";
import { faultOf, restOfFault } from "../../../components/fault";
import { TextField } from "../../../components/field";
import { FormError } from "../../../components/form-error";
import { trpc } from "../../../trpc/react";

const PATHS = ["name", "password"];

/** Sets name and password by a link, and signs in. */
export function JoinForm({
  token,
  link,
}: {
  token: string;
  link: { kind: string; name: string; email: string };
}) {
  const router = useRouter();
  const invited = link.kind === "invitation";
  const [name, setName] = useState(link.name);
  const [password, setPassword] = useState("");
  const [entering, setEntering] = useState(false);
  const use = trpc.users.useLink.useMutation();

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    // The form shows the error itself, so the rejection needs no handling here.
    const used = await use.mutateAsync({ token, password, ...(invited && { name }) }).catch(() => null);
    if (!used) return;
    setEntering(true);
    const signedIn = await signIn("credentials", { email: used.email, password, redirect: false }).catch(
      () => null,
    );
    router.replace(signedIn?.ok ? "/projects" : "/signin");
    router.refresh();
  };

  return (
    <form onSubmit={submit} className="flex flex-col gap-4">
      {invited ? (
        <TextField
          label="Your name"
          name="name"
          autoComplete="name"
          required
          maxLength={100}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          error={faultOf(use.error, "name")}
        />
      ) : null}
      <TextField label="E-mail" name="email" autoComplete="username" value={link.email} readOnly />
      <TextField
        label={invited ? "Password" : "New password"}
        name="password"
        type="password"
        autoComplete="new-password"
        required
        minLength={10}
        hint={invited ? "At least 10 characters." : "At least 10 characters. Your sessions are signed out."}
        value={password}
        onChange={(event) => setPassword(event.currentTarget.value)}
        error={faultOf(use.error, "password")}
      />
      <FormError message={restOfFault(use.error, PATHS)} />
      <Button type="submit" variant="primary" busy={use.isPending || entering} className="w-full">
        {invited ? "Come in" : "Set the password"}
      </Button>
    </form>
  );
}
