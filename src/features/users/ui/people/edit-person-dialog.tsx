"use client";

import { useState } from "react";
import { FormDialog } from "../../../../components/form-dialog";
import { trpc } from "../../../../trpc/react";
import type { Person } from "../../schema";
import { PERSON_PATHS, PersonFields, type PersonText } from "./person-fields";

/** Changes a person's name and e-mail. Render it only while it is open. */
export function EditPersonDialog({ person, onClose }: { person: Person; onClose: () => void }) {
  const utils = trpc.useUtils();
  const [text, setText] = useState<PersonText>(person);
  const update = trpc.users.update.useMutation({
    onSuccess: () => {
      void utils.users.invalidate();
      void utils.members.invalidate();
      onClose();
    },
  });
  return (
    <FormDialog
      title={`Change ${person.name}`}
      submitLabel="Save"
      sending={update}
      paths={PERSON_PATHS}
      onSubmit={() => update.mutate({ id: person.id, name: text.name, email: text.email.trim() })}
      onClose={onClose}
    >
      <PersonFields
        value={text}
        onChange={setText}
        error={update.error}
        emailHint="They sign in with it. Links that were made for them before stop to work."
      />
    </FormDialog>
  );
}
