"use client";

import { useRouter } from "next/navigation";
import { signIn } from "next-auth/react";
import { useState } from "react";
import { Button } from "../../../../components/button";
import { FormError } from "../../../../components/form-error";

/** Signs in by a link of the command line, once. */
export function EnterButton({ token }: { token: string }) {
  const router = useRouter();
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<string | null>(null);
  const enter = async () => {
    setBusy(true);
    const result = await signIn("credentials", { link: token, redirect: false }).catch(() => null);
    if (result?.ok) {
      router.replace("/account");
      router.refresh();
      return;
    }
    setBusy(false);
    setError(result?.error ?? "The server does not answer. Try again in a moment.");
  };
  return (
    <div className="flex flex-col gap-3">
      <FormError message={error} />
      <Button variant="primary" busy={busy} onClick={() => void enter()} className="w-full">
        Sign in this once
      </Button>
    </div>
  );
}
