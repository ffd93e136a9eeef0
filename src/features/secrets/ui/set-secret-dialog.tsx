"use client";

import { type FormEvent, useId, useState } from "react";
import { Button } from "../../../components/button";
import { Dialog } from "../../../components/dialog";
import { faultOf, restOfFault } from "../../../components/fault";
import { TextField } from "../../../components/field";
import { FormError } from "../../../components/form-error";
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
  const form = useId();
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
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!set.isPending) set.mutate({ project_id: project.id, name, value });
  };
  return (
    <Dialog
      open
      onOpenChange={(next) => next || onClose()}
      title={replaces ? `Replace ${replaces}` : "Add secret"}
      description={
        replaces
          ? "Steps that start from now on get the new value. Logs no longer hide the old one, so revoke it where it came from."
          : "The value is kept encrypted and never shown again, so keep a copy where you made it."
      }
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" form={form} variant="primary" busy={set.isPending}>
            {known ? "Replace secret" : "Add secret"}
          </Button>
        </>
      }
    >
      <form id={form} onSubmit={submit} className="flex flex-col gap-4">
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
        <FormError message={restOfFault(set.error, PATHS)} />
      </form>
    </Dialog>
  );
}
