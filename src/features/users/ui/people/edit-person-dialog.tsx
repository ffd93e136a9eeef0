"use client";

import { type FormEvent, useId, useState } from "react";
import { Button } from "../../../../components/button";
import { Dialog } from "../../../../components/dialog";
import { faultOf, restOfFault } from "../../../../components/fault";
import { TextField } from "../../../../components/field";
import { FormError } from "../../../../components/form-error";
import { trpc } from "../../../../trpc/react";
import type { Person } from "../../schema";

const PATHS = ["name", "email"];

/** Changes a person's name and e-mail. Render it only while it is open. */
export function EditPersonDialog({ person, onClose }: { person: Person; onClose: () => void }) {
  const form = useId();
  const utils = trpc.useUtils();
  const [name, setName] = useState(person.name);
  const [email, setEmail] = useState(person.email);
  const update = trpc.users.update.useMutation({
    onSuccess: () => {
      void utils.users.invalidate();
      void utils.members.invalidate();
      onClose();
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    update.mutate({ id: person.id, name, email: email.trim() });
  };
  return (
    <Dialog
      open
      onOpenChange={(next) => next || onClose()}
      title={`Change ${person.name}`}
      width="sm"
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" form={form} variant="primary" busy={update.isPending}>
            Save
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
          error={faultOf(update.error, "name")}
        />
        <TextField
          label="E-mail"
          name="email"
          type="email"
          required
          autoComplete="off"
          hint="They sign in with it. Links that were made for them before stop to work."
          value={email}
          onChange={(event) => setEmail(event.currentTarget.value)}
          error={faultOf(update.error, "email")}
        />
        <FormError message={restOfFault(update.error, PATHS)} />
      </form>
    </Dialog>
  );
}
