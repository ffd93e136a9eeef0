"use client";

import { signIn } from "next-auth/react";
import { type FormEvent, useState } from "react";
import { Button } from "../../../components/button";
import { faultOf, restOfFault } from "../../../components/fault";
import { TextField } from "../../../components/field";
import { FormError } from "../../../components/form-error";
import { Section } from "../../../components/section";
import { toast } from "../../../components/toast";
import { trpc } from "../../../trpc/react";

const PATHS = ["current_password", "new_password"];

/** A new password ends every session, so this one signs in again at once. */
export function PasswordSettings() {
  const utils = trpc.useUtils();
  const [current, setCurrent] = useState("");
  const [next, setNext] = useState("");
  const change = trpc.users.changePassword.useMutation();

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const changed = await change
      .mutateAsync({ current_password: current, new_password: next })
      .catch(() => null);
    if (!changed) return;
    const email = utils.users.me.getData()?.email ?? "";
    const signedIn = await signIn("credentials", { email, password: next, redirect: false }).catch(
      () => null,
    );
    if (!signedIn?.ok) return window.location.assign("/signin?callbackUrl=%2Faccount");
    setCurrent("");
    setNext("");
    toast.done("Your password was changed", { description: "Your other sessions were signed out." });
  };

  return (
    <Section title="Password">
      <form onSubmit={submit} className="flex flex-col gap-4 p-4">
        <TextField
          label="Present password"
          name="current_password"
          type="password"
          autoComplete="current-password"
          required
          value={current}
          onChange={(event) => setCurrent(event.currentTarget.value)}
          error={faultOf(change.error, "current_password")}
        />
        <TextField
          label="New password"
          name="new_password"
          type="password"
          autoComplete="new-password"
          required
          minLength={10}
          hint="At least 10 characters. Your other sessions are signed out."
          value={next}
          onChange={(event) => setNext(event.currentTarget.value)}
          error={faultOf(change.error, "new_password")}
        />
        <FormError message={restOfFault(change.error, PATHS)} />
        <div>
          <Button type="submit" busy={change.isPending}>
            Change password
          </Button>
        </div>
      </form>
    </Section>
  );
}
