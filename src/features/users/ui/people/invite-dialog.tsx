"use client";

import { type FormEvent, useId, useState } from "react";
import { Button } from "../../../../components/button";
import { Dialog } from "../../../../components/dialog";
import { faultOf, restOfFault } from "../../../../components/fault";
import { CheckboxField, TextField } from "../../../../components/field";
import { FormError } from "../../../../components/form-error";
import { trpc } from "../../../../trpc/react";
import { LinkDialog } from "./link-dialog";

const PATHS = ["name", "email"];

/** Makes an account and shows its link. Render it only while it is open. */
export function InviteDialog({ onClose }: { onClose: () => void }) {
  const form = useId();
  const utils = trpc.useUtils();
  const [name, setName] = useState("");
  const [email, setEmail] = useState("");
  const [isAdmin, setIsAdmin] = useState(false);
  const invite = trpc.users.invite.useMutation({ onSuccess: () => utils.users.list.invalidate() });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    invite.mutate({ name, email: email.trim(), is_admin: isAdmin });
  };
  if (invite.data) return <LinkDialog link={invite.data} onClose={onClose} />;
  return (
    <Dialog
      open
      onOpenChange={(next) => next || onClose()}
      title="Invite somebody"
      description="They can be added to projects at once, and come in by a link that works once, for 7 days."
      width="sm"
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" form={form} variant="primary" busy={invite.isPending}>
            Make the link
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
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          error={faultOf(invite.error, "name")}
        />
        <TextField
          label="E-mail"
          name="email"
          type="email"
          required
          autoComplete="off"
          value={email}
          onChange={(event) => setEmail(event.currentTarget.value)}
          error={faultOf(invite.error, "email")}
        />
        <CheckboxField
          label="Administrator"
          hint="Manages people and groups, makes projects, and takes over projects without an owner."
          checked={isAdmin}
          onCheckedChange={setIsAdmin}
        />
        <FormError message={restOfFault(invite.error, PATHS)} />
      </form>
    </Dialog>
  );
}
