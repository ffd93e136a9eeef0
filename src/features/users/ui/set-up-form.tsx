"use client";

import { useRouter } from "next/navigation";
import { signIn } from "next-auth/react";
import { type FormEvent, useState } from "react";
import { Button } from "../../../components/button";
import { faultOf, restOfFault } from "../../../components/fault";
import { TextField } from "../../../components/field";
import { FormError } from "../../../components/form-error";
import { trpc } from "../../../trpc/react";

const PATHS = ["name", "email", "password"];

/** Creates the first account and signs in. `token` is that of the one-time link. */
export function SetUpForm({ token }: { token: string }) {
  const router = useRouter();
  const [name, setName] = useState("");
  const [email, setEmail] = useState("");
  const [password, setPassword] = useState("");
  const [entering, setEntering] = useState(false);
  const setUp = trpc.users.setUp.useMutation();

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    // The form shows the error itself, so the rejection needs no handling here.
    const made = await setUp.mutateAsync({ token, name, email, password }).catch(() => null);
    if (!made) return;
    setEntering(true);
    const signedIn = await signIn("credentials", { email, password, redirect: false }).catch(() => null);
    router.replace(signedIn?.ok ? "/projects" : "/signin");
    router.refresh();
  };

  return (
    <form onSubmit={submit} className="flex flex-col gap-4">
      <TextField
        label="Your name"
        name="name"
        autoComplete="name"
        required
        autoFocus
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
        error={faultOf(setUp.error, "name")}
      />
      <TextField
        label="E-mail"
        name="email"
        type="email"
        autoComplete="username"
        required
        value={email}
        onChange={(event) => setEmail(event.currentTarget.value)}
        error={faultOf(setUp.error, "email")}
      />
      <TextField
        label="Password"
        name="password"
        type="password"
        autoComplete="new-password"
        required
        minLength={10}
        hint="At least 10 characters."
        value={password}
        onChange={(event) => setPassword(event.currentTarget.value)}
        error={faultOf(setUp.error, "password")}
      />
      <FormError message={restOfFault(setUp.error, PATHS)} />
      <Button type="submit" variant="primary" busy={setUp.isPending || entering} className="w-full">
        Make the account
      </Button>
    </form>
  );
}
