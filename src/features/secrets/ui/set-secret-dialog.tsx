"use client";

import { useState } from "react";
import { faultOf } from "../../../components/fault";
import { TextField } from "../../../components/field";
import { FormDialog } from "../../../components/form-dialog";
import { toast } from "../../../components/toast";
import { trpc } from "../../../trpc/react";
import { useProject } from "../../projects/ui/project-provider";
import type { SetSecret } from "../schema";
import { SecretValueField } from "./secret-value-field";

const PATHS = ["name", "value"];

/** Creates a secret, or replaces the one named by `replaces`. Render it only while it is open. */
export function SetSecretDialog({
  replaces,
  names,
  onSet,
  onClose,
}: {
  replaces?: string;
  /** Names of the existing secrets. */
  names: readonly string[];
  onSet: (secret: SetSecret) => void;
  onClose: () => void;
}) {
  const project = useProject();
  const utils = trpc.useUtils();
  const [name, setName] = useState(replaces ?? "");
  const [value, setValue] = useState("");
  const known = names.includes(name);
  const set = trpc.secrets.set.useMutation({
    onSuccess: (secret) => {
      toast.done(`${secret.name} was ${known ? "replaced" : "added"}`);
      onSet(secret);
      onClose();
      return utils.secrets.list.invalidate();
    },
  });
  return (
    <FormDialog
      width="md"
      title={replaces ? `Replace ${replaces}` : "Add secret"}
      description={
        replaces
          ? "Steps that start from now on get the new value. Logs no longer hide the old one, so revoke it where it came from."
          : "The value is kept encrypted and never shown again, so keep a copy where you made it."
      }
      submitLabel={known ? "Replace secret" : "Add secret"}
      sending={set}
      paths={PATHS}
      onSubmit={() => set.mutate({ project_id: project.id, name, value })}
      onClose={onClose}
    >
      {replaces ? null : (
        <TextField
          label="Name"
          name="name"
          required
          mono
          maxLength={100}
          autoComplete="off"
          autoCapitalize="characters"
          spellCheck={false}
          placeholder="NPM_TOKEN"
          hint={
            known
              ? "It is set already; this replaces its value."
              : "The variable that a step gets: letters, digits and _."
          }
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          error={faultOf(set.error, "name")}
        />
      )}
      <SecretValueField value={value} onChange={setValue} error={faultOf(set.error, "value")} />
    </FormDialog>
  );
}
