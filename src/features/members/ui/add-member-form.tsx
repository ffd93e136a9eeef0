"use client";

import { type FormEvent, useState } from "react";
import { Button } from "../../../components/button";
import { restOfFault } from "../../../components/fault";
import { TextField } from "../../../components/field";
import { FormError } from "../../../components/form-error";
import { SelectField } from "../../../components/select-field";
import { toast } from "../../../components/toast";
import type { ProjectRole } from "../../../model/roles";
import { trpc } from "../../../trpc/react";
import { useProject } from "../../projects/ui/project-provider";
import { ROLE_OPTIONS } from "../../projects/ui/roles";

/** Adds a person who already has an account. */
export function AddMemberForm() {
  const project = useProject();
  const utils = trpc.useUtils();
  const [email, setEmail] = useState("");
  const [role, setRole] = useState<ProjectRole>("member");
  const add = trpc.members.add.useMutation({
    onSuccess: (member) => {
      setEmail("");
      void utils.members.list.invalidate();
      toast.done(`${member.name} is a member now`);
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    add.mutate({ project_id: project.id, email: email.trim(), role });
  };
  return (
    <form onSubmit={submit} className="flex flex-col gap-3 border-b border-line p-4">
      <div className="flex flex-wrap items-end gap-2">
        <TextField
          label="Add a member by e-mail"
          name="email"
          type="email"
          required
          autoComplete="off"
          placeholder="name@example.com"
          className="min-w-0 flex-1 basis-56"
          value={email}
          onChange={(event) => {
            setEmail(event.currentTarget.value);
            if (add.error) add.reset();
          }}
        />
        <SelectField
          label="Role"
          labelHidden
          options={ROLE_OPTIONS}
          value={role}
          onValueChange={setRole}
          className="w-36"
        />
        <Button type="submit" busy={add.isPending}>
          Add member
        </Button>
      </div>
      <FormError message={restOfFault(add.error, [])} />
    </form>
  );
}
