"use client";

import { type FormEvent, useId, useState } from "react";
import { Button } from "../../../components/button";
import { CopyButton } from "../../../components/copy-button";
import { Dialog } from "../../../components/dialog";
import { faultOf, restOfFault } from "../../../components/fault";
import { TextField } from "../../../components/field";
import { FormError } from "../../../components/form-error";
import { SelectField } from "../../../components/select";
import { trpc } from "../../../trpc/react";

const LIFETIMES = [
  { value: "30", label: "30 days" },
  { value: "90", label: "90 days" },
  { value: "365", label: "1 year" },
  { value: "never", label: "No expiry" },
] as const;
type Lifetime = (typeof LIFETIMES)[number]["value"];

const DAY_MS = 24 * 60 * 60 * 1000;
const PATHS = ["name", "expires_at"];

/** Creates a token and shows it once. Render it only while it is open. */
export function CreateTokenDialog({ onClose }: { onClose: () => void }) {
  const form = useId();
  const utils = trpc.useUtils();
  const [name, setName] = useState("");
  const [lifetime, setLifetime] = useState<Lifetime>("90");
  const create = trpc.tokens.create.useMutation({ onSuccess: () => utils.tokens.list.invalidate() });

  const submit = (event: FormEvent) => {
    event.preventDefault();
    const expires_at =
      lifetime === "never" ? null : new Date(Date.now() + Number(lifetime) * DAY_MS).toISOString();
    create.mutate({ name, expires_at });
  };

  if (create.data) {
    return (
      <Dialog
        open
        onOpenChange={(next) => next || onClose()}
        title={`${create.data.name} is ready`}
        description="Copy the token now: it is shown this once and kept nowhere in plain text."
        footer={
          <Button variant="primary" onClick={onClose}>
            I have copied it
          </Button>
        }
      >
        <div className="flex flex-col items-start gap-3">
          <TextField
            label="Token"
            mono
            readOnly
            className="w-full"
            value={create.data.token}
            onFocus={(event) => event.currentTarget.select()}
          />
          <CopyButton wide text={create.data.token} label="Copy token" />
        </div>
      </Dialog>
    );
  }
  return (
    <Dialog
      open
      onOpenChange={(next) => next || onClose()}
      title="New token"
      width="sm"
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" form={form} variant="primary" busy={create.isPending}>
            Create token
          </Button>
        </>
      }
    >
      <form id={form} onSubmit={submit} className="flex flex-col gap-4">
        <TextField
          label="Name"
          name="name"
          required
          maxLength={100}
          autoComplete="off"
          hint="What uses it, for example “release script”."
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          error={faultOf(create.error, "name")}
        />
        <SelectField
          label="Expires after"
          options={[...LIFETIMES]}
          value={lifetime}
          onValueChange={setLifetime}
          error={faultOf(create.error, "expires_at")}
        />
        <FormError message={restOfFault(create.error, PATHS)} />
      </form>
    </Dialog>
  );
}
