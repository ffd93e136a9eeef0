"use client";

import { useState } from "react";
import { faultOf } from "../../../components/fault";
import { TextField } from "../../../components/field";
import { FormDialog } from "../../../components/form-dialog";
import { NameField } from "../../../components/name-field";
import { trpc } from "../../../trpc/react";
import type { Group } from "../schema";

const PATHS = ["name", "claim"];

/** Makes a group, or changes this one. Render it only while it is open. */
export function GroupDialog({ group, onClose }: { group?: Group; onClose: () => void }) {
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
  const sending = group ? update : create;
  const submit = () => {
    const given = { name, claim: claim.trim() || null };
    if (group) update.mutate({ id: group.id, ...given });
    else create.mutate(given);
  };
  return (
    <FormDialog
      title={group ? `Change ${group.name}` : "New group"}
      submitLabel={group ? "Save" : "Make group"}
      sending={sending}
      paths={PATHS}
      onSubmit={submit}
      onClose={onClose}
    >
      <NameField value={name} onChange={setName} error={faultOf(sending.error, "name")} />
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
        error={faultOf(sending.error, "claim")}
      />
    </FormDialog>
  );
}
