"use client";

import { type FormEvent, useId, useState } from "react";
import { Button } from "../../../components/button";
import { Dialog } from "../../../components/dialog";
import { faultOf, restOfFault } from "../../../components/fault";
import { TextField } from "../../../components/field";
import { FormError } from "../../../components/form-error";
import { trpc } from "../../../trpc/react";
import type { Group } from "../schema";

const PATHS = ["name", "claim"];

/** Makes a group, or changes this one. Render it only while it is open. */
export function GroupDialog({ group, onClose }: { group?: Group; onClose: () => void }) {
  const form = useId();
  const utils = trpc.useUtils();
  const [name, setName] = useState(group?.name ?? "");
  const [claim, setClaim] = useState(group?.claim ?? "");
  const onSuccess = () => {
    void utils.groups.invalidate();
    void utils.users.list.invalidate();
    onClose();
  };
  const create = trpc.groups.create.useMutation({ onSuccess });
  const update = trpc.groups.update.useMutation({ onSuccess });
  const { error, isPending } = group ? update : create;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const given = { name, claim: claim.trim() || null };
    if (group) update.mutate({ id: group.id, ...given });
    else create.mutate(given);
  };
  return (
    <Dialog
      open
      onOpenChange={(next) => next || onClose()}
      title={group ? `Change ${group.name}` : "New group"}
      width="sm"
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" form={form} variant="primary" busy={isPending}>
            {group ? "Save" : "Make group"}
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
          error={faultOf(error, "name")}
        />
        <TextField
          label="Claim"
          name="claim"
          optional
          mono
          maxLength={500}
          autoComplete="off"
          spellCheck={false}
          placeholder="groups=engineering"
          hint="Of your sign-in provider: who has it is in the group, and who has it no more is not, at each sign-in. Without one you choose people here."
          value={claim}
          onChange={(event) => setClaim(event.currentTarget.value)}
          error={faultOf(error, "claim")}
        />
        <FormError message={restOfFault(error, PATHS)} />
      </form>
    </Dialog>
  );
}
