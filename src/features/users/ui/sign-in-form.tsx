"use client";

import { useRouter } from "next/navigation";
import { signIn } from "next-auth/react";
import { type FormEvent, useRef, useState } from "react";
import { Button } from "../../../components/button";
import { TextField } from "../../../components/field";
import { FormError } from "../../../components/form-error";
import { ownPath } from "./callback-url";

/** NextAuth hands on whatever was thrown; only what is meant for people is shown. */
function explain(error: string | null | undefined): string {
  if (error === "CredentialsSignin")
    return "No account has this e-mail and password. Check both and try again.";
  if (error?.startsWith("Too many tries")) return error;
  return "The server could not sign you in. Try again; if it stays, its log says why.";
}

export function SignInForm({ callbackUrl }: { callbackUrl: string | null }) {
  const router = useRouter();
  const [email, setEmail] = useState("");
  const [password, setPassword] = useState("");
  const [error, setError] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const passwordInput = useRef<HTMLInputElement>(null);

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    setError(null);
    const result = await signIn("credentials", { email, password, redirect: false }).catch(() => null);
    if (result?.ok) {
      router.replace(ownPath(callbackUrl, window.location.origin));
      router.refresh();
      return;
    }
    setBusy(false);
    setError(result ? explain(result.error) : "The server does not answer. Try again in a moment.");
    setPassword("");
    passwordInput.current?.focus();
  };

  return (
    <form onSubmit={submit} className="flex flex-col gap-4">
      <TextField
        label="E-mail"
        name="email"
        type="email"
        autoComplete="username"
        required
        autoFocus
        value={email}
        onChange={(event) => setEmail(event.currentTarget.value)}
      />
      <TextField
        ref={passwordInput}
        label="Password"
        name="password"
        type="password"
        autoComplete="current-password"
        required
        value={password}
        onChange={(event) => setPassword(event.currentTarget.value)}
      />
      <FormError message={error} />
      <Button type="submit" variant="primary" busy={busy} className="w-full">
        Sign in
      </Button>
    </form>
  );
}
