"use client";

import { useState } from "react";
import { CheckboxField } from "../../../../components/field";
import { FormDialog } from "../../../../components/form-dialog";
import { trpc } from "../../../../trpc/react";
import { LinkDialog } from "./link-dialog";
import { PERSON_PATHS, PersonFields, type PersonText } from "./person-fields";

/** Makes an account and shows its link. Render it only while it is open. */
export function InviteDialog({ onClose }: { onClose: () => void }) {
  const utils = trpc.useUtils();
  const [text, setText] = useState<PersonText>({ name: "", email: "" });
  const [isAdmin, setIsAdmin] = useState(false);
  const invite = trpc.users.invite.useMutation({ onSuccess: () => utils.users.list.invalidate() });
  if (invite.data) return <LinkDialog link={invite.data} onClose={onClose} />;
  return (
    <FormDialog
      title="Invite somebody"
      description="They can be added to projects at once, and come in by a link that works once, for 7 days."
      submitLabel="Make the link"
      sending={invite}
      paths={PERSON_PATHS}
      onSubmit={() => invite.mutate({ name: text.name, email: text.email.trim(), is_admin: isAdmin })}
      onClose={onClose}
    >
      <PersonFields value={text} onChange={setText} error={invite.error} />
      <CheckboxField
        label="Administrator"
        hint="Manages people and groups, makes projects, and takes over projects without an owner."
        checked={isAdmin}
        onCheckedChange={setIsAdmin}
      />
    </FormDialog>
  );
}
