"use client";

import { KeyRound } from "lucide-react";
import { signIn } from "next-auth/react";
import { useState } from "react";
import { Button } from "../../../../components/button";
import { FormError } from "../../../../components/form-error";
import { ssoWords } from "./sso-words";

/** Goes to the provider. `purpose`: why, beside signing in: to link this account, or to use a link up. */
export function ProviderButton({
  label,
  callbackUrl,
  purpose = {},
  variant = "secondary",
  wide = true,
}: {
  label: string;
  callbackUrl: string;
  purpose?: { purpose: "link" } | { link_token: string } | Record<string, never>;
  variant?: "primary" | "secondary";
  wide?: boolean;
}) {
  const [busy, setBusy] = useState(false);
  const [failed, setFailed] = useState(false);
  const go = async () => {
    setBusy(true);
    setFailed(false);
    // The browser leaves this page where it succeeds.
    await signIn("oidc", { callbackUrl, ...purpose }).catch(() => {
      setFailed(true);
      setBusy(false);
    });
  };
  return (
    <div className={wide ? "flex flex-col gap-3" : "flex flex-col items-start gap-3"}>
      <Button
        variant={variant}
        icon={KeyRound}
        busy={busy}
        onClick={() => void go()}
        className={wide ? "w-full" : undefined}
      >
        {label}
      </Button>
      <FormError message={failed ? ssoWords("down") : null} />
    </div>
  );
}
