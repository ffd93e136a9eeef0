"use client";

import { useRouter } from "next/navigation";
import { signIn } from "next-auth/react";
import { type FormEvent, useEffect, useRef, useState } from "react";
import { Button } from "../../../components/button";
import { TextField } from "../../../components/field";
import { FormError } from "../../../components/form-error";
import { ownPath } from "./callback-url";

/** NextAuth passes on any error text; show only texts that are meant for people. */
function explain(error: string | null | undefined): string {
  if (error === "CredentialsSignin")
    return "No account has this e-mail and password. Check both and try again.";
  // Our own messages end with a full stop.
  if (error?.endsWith(".")) return error;
  return "The server could not sign you in. Try again; if it stays, its log says why.";
}

/** Counts down the wait that a refusal asks for; `message` is null when another attempt is allowed. */
function useWait() {
  const [refused, setRefused] = useState<{ why: string; seconds: number } | null>(null);
  useEffect(() => {
    if (!refused) return;
    const next = refused.seconds > 1 ? { ...refused, seconds: refused.seconds - 1 } : null;
    const timer = setTimeout(() => setRefused(next), 1000);
    return () => clearTimeout(timer);
  }, [refused]);
  return {
    message: refused && `${refused.why} Try again in ${refused.seconds} s.`,
    start: (refusal: string) => {
      const [, why = "Too many tries.", seconds = "5"] = /^(.*) Try again in (\d+) s\.$/.exec(refusal) ?? [];
      setRefused({ why, seconds: Number(seconds) });
    },
  };
}

export function SignInForm({ callbackUrl }: { callbackUrl: string | null }) {
  const router = useRouter();
  const [email, setEmail] = useState("");
  const [password, setPassword] = useState("");
  const [error, setError] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const wait = useWait();
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
    if (result?.status === 429) return wait.start(result.error ?? "");
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
      <FormError message={wait.message ?? error} />
      <Button type="submit" variant="primary" busy={busy} disabled={wait.message !== null} className="w-full">
        Sign in
      </Button>
    </form>
  );
}
