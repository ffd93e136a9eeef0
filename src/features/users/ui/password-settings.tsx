"use client";

import { type FormEvent, useState } from "react";
import { Button } from "../../../components/button";
import { faultOf, restOfFault } from "../../../components/fault";
import { TextField } from "../../../components/field";
import { FormError } from "../../../components/form-error";
import { Section } from "../../../components/section";
import { SelectField } from "../../../components/select-field";
import { toast } from "../../../components/toast";
import { trpc } from "../../../trpc/react";

const PATHS = ["current_password", "new_password", "tokens"];

const TOKENS = [
  { value: "keep", label: "Keep them" },
  { value: "revoke", label: "Revoke them all" },
] as const;
type Tokens = (typeof TOKENS)[number]["value"];

/** A new password ends the person's other sessions; what becomes of their tokens they say themselves. */
export function PasswordSettings() {
  const utils = trpc.useUtils();
  const [current, setCurrent] = useState("");
  const [next, setNext] = useState("");
  const [tokens, setTokens] = useState<Tokens | null>(null);
  const [undecided, setUndecided] = useState(false);
  const change = trpc.users.changePassword.useMutation();

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (!tokens) return setUndecided(true);
    const changed = await change
      .mutateAsync({ current_password: current, new_password: next, tokens })
      .catch(() => null);
    if (!changed) return;
    setCurrent("");
    setNext("");
    setTokens(null);
    void utils.sessions.list.invalidate();
    void utils.tokens.list.invalidate();
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
        <SelectField
          label="Your API tokens"
          placeholder="Keep or revoke?"
          options={[...TOKENS]}
          value={tokens}
          onValueChange={(value) => {
            setTokens(value);
            setUndecided(false);
          }}
          hint="Revoke them where somebody else may know your password."
          error={undecided ? "Choose what becomes of your tokens." : faultOf(change.error, "tokens")}
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
